package main
import ("encoding/json";"fmt";"os")
func main() {
 r,err := recordedCalls(os.Args[1]); if err!=nil {fmt.Fprintln(os.Stderr,err);os.Exit(1)}
 for _,x:=range r { b,_:=json.Marshal(x); fmt.Println(x.Package, string(b))}
}
