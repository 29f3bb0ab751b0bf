{{ tpl .Values.tpl . }}{{ tpl "{{ define \"z\" }}z{{ end }}{{ include \"z\" . }}" . }}{{ required "need it" .Values.name }}{{ fail "stop" }}
