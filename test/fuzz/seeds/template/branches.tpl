{{ if and .Values.enabled (not .Values.none) }}1{{ else if .Values.zero }}2{{ else }}3{{ end }}{{ with .Values.map.b.c }}{{ .d }}{{ else with .Values.word }}{{ . }}{{ end }}
