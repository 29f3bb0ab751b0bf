{{ printf "%5d|%-8s|%+v|%#v|%q|%x|%08.3f|%T|%t|%c|%U|%e|%[2]*[1]d|%%|%!|%z" 1 "s" .Values.map .Values.list "q" "x" 1.5 2 true 65 66 1.0 }}
