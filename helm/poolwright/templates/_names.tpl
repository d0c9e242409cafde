{{- define "poolwright.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "poolwright.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 50 | trimSuffix "-" -}}
{{- else if contains (include "poolwright.name" .) .Release.Name -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "poolwright.name" .) | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "poolwright.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "poolwright.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "poolwright.selectorLabels" -}}
app.kubernetes.io/name: {{ include "poolwright.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: operator
{{- end -}}

{{- define "poolwright.commonLabels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
app.kubernetes.io/name: {{ include "poolwright.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/part-of: poolwright
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{- define "poolwright.labels" -}}
{{ include "poolwright.commonLabels" . }}
app.kubernetes.io/component: operator
{{- end -}}

{{- /* One reference of repository, tag and digest; the digest decides, the tag then only informs. */ -}}
{{- define "poolwright.reference" -}}
{{- .repository }}{{ if or .tag (not .digest) }}:{{ .tag | default .version }}{{ end }}{{ if .digest }}@{{ .digest }}{{ end }}
{{- end -}}

{{- define "poolwright.image" -}}
{{- with .Values.image -}}
{{- include "poolwright.reference" (dict "repository" .repository "tag" .tag "digest" .digest "version" $.Chart.AppVersion) -}}
{{- end -}}
{{- end -}}

{{- /* Another repository or tag does not inherit the digest: it would name an image that is not there. */ -}}
{{- define "poolwright.agentImage" -}}
{{- $own := .Values.image -}}
{{- $agent := .Values.agentImage -}}
{{- $same := not (or $agent.repository $agent.tag $agent.digest) -}}
{{- include "poolwright.reference" (dict
      "repository" ($agent.repository | default $own.repository)
      "tag" (ternary $own.tag ($agent.tag | default (ternary "" $own.tag (not (empty $agent.digest)))) $same)
      "digest" (ternary $own.digest $agent.digest $same)
      "version" .Chart.AppVersion) -}}
{{- end -}}
