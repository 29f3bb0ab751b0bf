{{ include "second" . }}
%%{{ define "second" }}{{ .Values.count | int }}{{ end }}
%%{{ define "second" }} {{ end }}
