{{- define "reconcile.labels" -}}
app.kubernetes.io/name: reconcile
app.kubernetes.io/part-of: reconcile
{{- end }}

{{- define "reconcile.selector" -}}
app.kubernetes.io/name: reconcile
app.kubernetes.io/component: agent
{{- end }}

{{- define "reconcile.image" -}}
{{- with .Values.image -}}
{{- if .digest -}}
{{ .repository }}@{{ .digest }}
{{- else -}}
{{ .repository }}:{{ .tag | default $.Chart.AppVersion }}
{{- end -}}
{{- end -}}
{{- end }}
