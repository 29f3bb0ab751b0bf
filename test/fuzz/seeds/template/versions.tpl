{{ semverCompare ">=1.2.0-0 <2 || ^3.1" .Values.version }}{{ (semver "1.2.3").Major }}{{ semver "v1.2" }}{{ urlParse "https://u:p@h:1/p?q#f" }}{{ urlJoin (dict "scheme" "http" "host" "h") }}
