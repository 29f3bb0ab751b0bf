#include "renderers/kustomize/default_field_specs.hpp"

#include <cstddef>

// The field specs that kustomize 5.8.2 starts from (api v0.21.2, builtinpluginconsts), as data:
// which fields hold names, namespaces, labels, images, counts, references and variables. The order
// is the one kustomize sorts them into.

namespace reconcile::kustomize {

namespace {

constexpr FieldSpecRow name_prefix_rows[] = {
    {"", "", "", "metadata/name", false},
};

constexpr FieldSpecRow name_suffix_rows[] = {
    {"", "", "", "metadata/name", false},
};

constexpr FieldSpecRow namespace_rows[] = {
    {"", "", "Namespace", "metadata/name", true},
    {"apiextensions.k8s.io", "", "CustomResourceDefinition",
     "spec/conversion/webhook/clientConfig/service/namespace", false},
    {"apiregistration.k8s.io", "", "APIService", "spec/service/namespace", true},
};

constexpr FieldSpecRow common_labels_rows[] = {
    {"", "v1", "Service", "spec/selector", true},
    {"apps", "", "Deployment",
     "spec/template/spec/affinity/podAffinity/preferredDuringSchedulingIgnoredDuringExecution/"
     "podAffinityTerm/labelSelector/matchLabels",
     false},
    {"apps", "", "Deployment",
     "spec/template/spec/affinity/podAffinity/requiredDuringSchedulingIgnoredDuringExecution/"
     "labelSelector/matchLabels",
     false},
    {"apps", "", "Deployment",
     "spec/template/spec/affinity/podAntiAffinity/preferredDuringSchedulingIgnoredDuringExecution/"
     "podAffinityTerm/labelSelector/matchLabels",
     false},
    {"apps", "", "Deployment",
     "spec/template/spec/affinity/podAntiAffinity/requiredDuringSchedulingIgnoredDuringExecution/"
     "labelSelector/matchLabels",
     false},
    {"apps", "", "Deployment",
     "spec/template/spec/topologySpreadConstraints/labelSelector/matchLabels", false},
    {"", "", "Deployment", "spec/template/metadata/labels", true},
    {"", "", "Deployment", "spec/selector/matchLabels", true},
    {"apps", "", "StatefulSet", "spec/selector/matchLabels", true},
    {"apps", "", "StatefulSet",
     "spec/template/spec/affinity/podAffinity/preferredDuringSchedulingIgnoredDuringExecution/"
     "podAffinityTerm/labelSelector/matchLabels",
     false},
    {"apps", "", "StatefulSet",
     "spec/template/spec/affinity/podAffinity/requiredDuringSchedulingIgnoredDuringExecution/"
     "labelSelector/matchLabels",
     false},
    {"apps", "", "StatefulSet",
     "spec/template/spec/affinity/podAntiAffinity/preferredDuringSchedulingIgnoredDuringExecution/"
     "podAffinityTerm/labelSelector/matchLabels",
     false},
    {"apps", "", "StatefulSet",
     "spec/template/spec/affinity/podAntiAffinity/requiredDuringSchedulingIgnoredDuringExecution/"
     "labelSelector/matchLabels",
     false},
    {"apps", "", "StatefulSet",
     "spec/template/spec/topologySpreadConstraints/labelSelector/matchLabels", false},
    {"apps", "", "StatefulSet", "spec/volumeClaimTemplates[]/metadata/labels", true},
    {"apps", "", "StatefulSet", "spec/template/metadata/labels", true},
    {"batch", "", "CronJob", "spec/jobTemplate/metadata/labels", true},
    {"batch", "", "CronJob", "spec/jobTemplate/spec/template/metadata/labels", true},
    {"batch", "", "CronJob", "spec/jobTemplate/spec/selector/matchLabels", false},
    {"policy", "", "PodDisruptionBudget", "spec/selector/matchLabels", false},
    {"batch", "", "Job", "spec/selector/matchLabels", false},
    {"batch", "", "Job", "spec/template/metadata/labels", true},
    {"networking.k8s.io", "", "NetworkPolicy", "spec/egress/to/podSelector/matchLabels", false},
    {"networking.k8s.io", "", "NetworkPolicy", "spec/ingress/from/podSelector/matchLabels", false},
    {"networking.k8s.io", "", "NetworkPolicy", "spec/podSelector/matchLabels", false},
    {"", "v1", "ReplicationController", "spec/template/metadata/labels", true},
    {"", "v1", "ReplicationController", "spec/selector", true},
    {"", "", "DaemonSet", "spec/template/metadata/labels", true},
    {"", "", "DaemonSet", "spec/selector/matchLabels", true},
    {"", "", "ReplicaSet", "spec/template/metadata/labels", true},
    {"", "", "ReplicaSet", "spec/selector/matchLabels", true},
    {"", "", "", "metadata/labels", true},
};

constexpr FieldSpecRow template_labels_rows[] = {
    {"", "", "Deployment", "spec/template/metadata/labels", true},
    {"apps", "", "StatefulSet", "spec/template/metadata/labels", true},
    {"batch", "", "CronJob", "spec/jobTemplate/metadata/labels", true},
    {"batch", "", "CronJob", "spec/jobTemplate/spec/template/metadata/labels", true},
    {"batch", "", "Job", "spec/template/metadata/labels", true},
    {"", "v1", "ReplicationController", "spec/template/metadata/labels", true},
    {"", "", "DaemonSet", "spec/template/metadata/labels", true},
    {"", "", "ReplicaSet", "spec/template/metadata/labels", true},
    {"", "", "", "metadata/labels", true},
};

constexpr FieldSpecRow volume_claim_template_labels_rows[] = {
    {"apps", "", "StatefulSet", "spec/volumeClaimTemplates[]/metadata/labels", true},
};

constexpr FieldSpecRow common_annotations_rows[] = {
    {"", "", "Deployment", "spec/template/metadata/annotations", true},
    {"", "", "StatefulSet", "spec/template/metadata/annotations", true},
    {"batch", "", "CronJob", "spec/jobTemplate/metadata/annotations", true},
    {"batch", "", "CronJob", "spec/jobTemplate/spec/template/metadata/annotations", true},
    {"batch", "", "Job", "spec/template/metadata/annotations", true},
    {"", "v1", "ReplicationController", "spec/template/metadata/annotations", true},
    {"", "", "DaemonSet", "spec/template/metadata/annotations", true},
    {"", "", "ReplicaSet", "spec/template/metadata/annotations", true},
    {"", "", "", "metadata/annotations", true},
};

constexpr FieldSpecRow var_reference_rows[] = {
    {"", "", "Service", "spec/ports/port", false},
    {"", "", "Service", "spec/ports/targetPort", false},
    {"", "", "PersistentVolume", "spec/nfs/server", false},
    {"", "", "Deployment", "spec/template/spec/initContainers/volumeMounts/mountPath", false},
    {"", "", "Deployment", "spec/template/spec/initContainers/env/value", false},
    {"", "", "Deployment", "spec/template/spec/initContainers/command", false},
    {"", "", "Deployment", "spec/template/spec/initContainers/args", false},
    {"", "", "Deployment", "spec/template/spec/containers/volumeMounts/mountPath", false},
    {"", "", "Deployment", "spec/template/spec/containers/env/value", false},
    {"", "", "Deployment", "spec/template/spec/volumes/nfs/server", false},
    {"", "", "Deployment", "spec/template/metadata/annotations", false},
    {"", "", "Deployment", "spec/template/spec/containers/command", false},
    {"", "", "Deployment", "spec/template/spec/containers/args", false},
    {"", "", "StatefulSet", "spec/template/spec/containers/volumeMounts/mountPath", false},
    {"", "", "StatefulSet", "spec/template/spec/containers/env/value", false},
    {"", "", "StatefulSet", "spec/template/spec/initContainers/args", false},
    {"", "", "StatefulSet", "spec/volumeClaimTemplates/spec/nfs/server", false},
    {"", "", "StatefulSet", "spec/template/spec/initContainers/command", false},
    {"", "", "StatefulSet", "spec/template/spec/containers/command", false},
    {"", "", "StatefulSet", "spec/template/spec/containers/args", false},
    {"", "", "StatefulSet", "spec/template/spec/initContainers/volumeMounts/mountPath", false},
    {"", "", "StatefulSet", "spec/template/spec/initContainers/env/value", false},
    {"", "", "CronJob", "spec/jobTemplate/spec/template/spec/initContainers/env/value", false},
    {"", "", "CronJob", "spec/jobTemplate/spec/template/spec/initContainers/command", false},
    {"", "", "CronJob", "spec/jobTemplate/spec/template/spec/initContainers/args", false},
    {"", "", "CronJob", "spec/jobTemplate/spec/template/spec/containers/volumeMounts/mountPath",
     false},
    {"", "", "CronJob", "spec/jobTemplate/spec/template/spec/containers/env/value", false},
    {"", "", "CronJob", "spec/jobTemplate/spec/template/spec/containers/command", false},
    {"", "", "CronJob", "spec/jobTemplate/spec/template/spec/initContainers/volumeMounts/mountPath",
     false},
    {"", "", "CronJob", "spec/jobTemplate/spec/template/volumes/nfs/server", false},
    {"", "", "CronJob", "spec/jobTemplate/spec/template/spec/containers/args", false},
    {"", "", "DaemonSet", "spec/template/spec/containers/command", false},
    {"", "", "DaemonSet", "spec/template/spec/volumes/nfs/server", false},
    {"", "", "DaemonSet", "spec/template/spec/initContainers/volumeMounts/mountPath", false},
    {"", "", "DaemonSet", "spec/template/spec/initContainers/env/value", false},
    {"", "", "DaemonSet", "spec/template/spec/initContainers/command", false},
    {"", "", "DaemonSet", "spec/template/spec/initContainers/args", false},
    {"", "", "DaemonSet", "spec/template/spec/containers/volumeMounts/mountPath", false},
    {"", "", "DaemonSet", "spec/template/spec/containers/env/value", false},
    {"", "", "DaemonSet", "spec/template/spec/containers/args", false},
    {"", "", "Ingress", "spec/tls/secretName", false},
    {"", "", "Ingress", "spec/tls/hosts", false},
    {"", "", "Ingress", "spec/rules/host", false},
    {"", "", "Job", "spec/template/spec/initContainers/command", false},
    {"", "", "Job", "spec/template/spec/volumes/nfs/server", false},
    {"", "", "Job", "spec/template/spec/containers/args", false},
    {"", "", "Job", "spec/template/spec/containers/command", false},
    {"", "", "Job", "spec/template/spec/containers/env/value", false},
    {"", "", "Job", "spec/template/spec/containers/volumeMounts/mountPath", false},
    {"", "", "Job", "spec/template/spec/initContainers/args", false},
    {"", "", "Job", "spec/template/spec/initContainers/env/value", false},
    {"", "", "Job", "spec/template/spec/initContainers/volumeMounts/mountPath", false},
    {"", "", "Pod", "spec/containers/volumeMounts/mountPath", false},
    {"", "", "Pod", "spec/containers/args", false},
    {"", "", "Pod", "spec/initContainers/command", false},
    {"", "", "Pod", "spec/initContainers/env/value", false},
    {"", "", "Pod", "spec/initContainers/volumeMounts/mountPath", false},
    {"", "", "Pod", "spec/volumes/nfs/server", false},
    {"", "", "Pod", "spec/initContainers/args", false},
    {"", "", "Pod", "spec/containers/env/value", false},
    {"", "", "Pod", "spec/containers/command", false},
    {"", "", "ReplicaSet", "spec/template/spec/volumes/nfs/server", false},
    {"", "", "ReplicaSet", "spec/template/spec/containers/volumeMounts/mountPath", false},
    {"", "", "ReplicaSet", "spec/template/spec/containers/env/value", false},
    {"", "", "ReplicaSet", "spec/template/spec/containers/command", false},
    {"", "", "ReplicaSet", "spec/template/spec/containers/args", false},
    {"", "", "ReplicaSet", "spec/template/spec/initContainers/args", false},
    {"", "", "ReplicaSet", "spec/template/spec/initContainers/volumeMounts/mountPath", false},
    {"", "", "ReplicaSet", "spec/template/spec/initContainers/env/value", false},
    {"", "", "ReplicaSet", "spec/template/spec/initContainers/command", false},
    {"", "", "", "metadata/labels", false},
    {"", "", "", "metadata/annotations", false},
};

constexpr FieldSpecRow images_rows[] = {
    {"", "", "", "spec/containers[]/image", true},
    {"", "", "", "spec/initContainers[]/image", true},
    {"", "", "", "spec/volumes[]/image/reference", true},
    {"", "", "", "spec/template/spec/containers[]/image", true},
    {"", "", "", "spec/template/spec/initContainers[]/image", true},
    {"", "", "", "spec/template/spec/volumes[]/image/reference", true},
    {"", "", "", "spec/jobTemplate/spec/template/spec/volumes[]/image/reference", true},
};

constexpr FieldSpecRow replicas_rows[] = {
    {"", "", "Deployment", "spec/replicas", true},
    {"", "", "StatefulSet", "spec/replicas", true},
    {"", "", "ReplicaSet", "spec/replicas", true},
    {"", "", "ReplicationController", "spec/replicas", true},
};

constexpr FieldSpecRow reference_storage_class_rows[] = {
    {"", "", "PersistentVolume", "spec/storageClassName", false},
    {"", "", "PersistentVolumeClaim", "spec/storageClassName", false},
    {"", "", "StatefulSet", "spec/volumeClaimTemplates/spec/storageClassName", false},
};

constexpr FieldSpecRow reference_service_account_rows[] = {
    {"rbac.authorization.k8s.io", "", "RoleBinding", "subjects", false},
    {"rbac.authorization.k8s.io", "", "ClusterRoleBinding", "subjects", false},
    {"", "", "Pod", "spec/serviceAccountName", false},
    {"", "", "StatefulSet", "spec/template/spec/serviceAccountName", false},
    {"", "", "Deployment", "spec/template/spec/serviceAccountName", false},
    {"", "", "ReplicationController", "spec/template/spec/serviceAccountName", false},
    {"", "", "CronJob", "spec/jobTemplate/spec/template/spec/serviceAccountName", false},
    {"", "", "Job", "spec/template/spec/serviceAccountName", false},
    {"", "", "DaemonSet", "spec/template/spec/serviceAccountName", false},
};

constexpr FieldSpecRow reference_role_rows[] = {
    {"rbac.authorization.k8s.io", "", "RoleBinding", "roleRef/name", false},
};

constexpr FieldSpecRow reference_cluster_role_rows[] = {
    {"rbac.authorization.k8s.io", "", "RoleBinding", "roleRef/name", false},
    {"rbac.authorization.k8s.io", "", "ClusterRoleBinding", "roleRef/name", false},
};

constexpr FieldSpecRow reference_config_map_rows[] = {
    {"", "v1", "Pod", "spec/volumes/configMap/name", false},
    {"", "v1", "Pod", "spec/containers/env/valueFrom/configMapKeyRef/name", false},
    {"", "v1", "Pod", "spec/initContainers/env/valueFrom/configMapKeyRef/name", false},
    {"", "v1", "Pod", "spec/containers/envFrom/configMapRef/name", false},
    {"", "v1", "Pod", "spec/initContainers/envFrom/configMapRef/name", false},
    {"", "v1", "Pod", "spec/volumes/projected/sources/configMap/name", false},
    {"", "", "PodTemplate", "template/spec/volumes/configMap/name", false},
    {"", "", "PodTemplate", "template/spec/containers/env/valueFrom/configMapKeyRef/name", false},
    {"", "", "PodTemplate", "template/spec/initContainers/env/valueFrom/configMapKeyRef/name",
     false},
    {"", "", "PodTemplate", "template/spec/containers/envFrom/configMapRef/name", false},
    {"", "", "PodTemplate", "template/spec/initContainers/envFrom/configMapRef/name", false},
    {"", "", "PodTemplate", "template/spec/volumes/projected/sources/configMap/name", false},
    {"", "", "Deployment", "spec/template/spec/volumes/configMap/name", false},
    {"", "", "Deployment", "spec/template/spec/containers/env/valueFrom/configMapKeyRef/name",
     false},
    {"", "", "Deployment", "spec/template/spec/initContainers/env/valueFrom/configMapKeyRef/name",
     false},
    {"", "", "Deployment", "spec/template/spec/containers/envFrom/configMapRef/name", false},
    {"", "", "Deployment", "spec/template/spec/initContainers/envFrom/configMapRef/name", false},
    {"", "", "Deployment", "spec/template/spec/volumes/projected/sources/configMap/name", false},
    {"", "", "ReplicaSet", "spec/template/spec/volumes/configMap/name", false},
    {"", "", "ReplicaSet", "spec/template/spec/containers/env/valueFrom/configMapKeyRef/name",
     false},
    {"", "", "ReplicaSet", "spec/template/spec/initContainers/env/valueFrom/configMapKeyRef/name",
     false},
    {"", "", "ReplicaSet", "spec/template/spec/containers/envFrom/configMapRef/name", false},
    {"", "", "ReplicaSet", "spec/template/spec/initContainers/envFrom/configMapRef/name", false},
    {"", "", "ReplicaSet", "spec/template/spec/volumes/projected/sources/configMap/name", false},
    {"", "", "DaemonSet", "spec/template/spec/volumes/configMap/name", false},
    {"", "", "DaemonSet", "spec/template/spec/containers/env/valueFrom/configMapKeyRef/name",
     false},
    {"", "", "DaemonSet", "spec/template/spec/initContainers/env/valueFrom/configMapKeyRef/name",
     false},
    {"", "", "DaemonSet", "spec/template/spec/containers/envFrom/configMapRef/name", false},
    {"", "", "DaemonSet", "spec/template/spec/initContainers/envFrom/configMapRef/name", false},
    {"", "", "DaemonSet", "spec/template/spec/volumes/projected/sources/configMap/name", false},
    {"", "", "StatefulSet", "spec/template/spec/volumes/configMap/name", false},
    {"", "", "StatefulSet", "spec/template/spec/containers/env/valueFrom/configMapKeyRef/name",
     false},
    {"", "", "StatefulSet", "spec/template/spec/initContainers/env/valueFrom/configMapKeyRef/name",
     false},
    {"", "", "StatefulSet", "spec/template/spec/containers/envFrom/configMapRef/name", false},
    {"", "", "StatefulSet", "spec/template/spec/initContainers/envFrom/configMapRef/name", false},
    {"", "", "StatefulSet", "spec/template/spec/volumes/projected/sources/configMap/name", false},
    {"", "", "Job", "spec/template/spec/volumes/configMap/name", false},
    {"", "", "Job", "spec/template/spec/containers/env/valueFrom/configMapKeyRef/name", false},
    {"", "", "Job", "spec/template/spec/initContainers/env/valueFrom/configMapKeyRef/name", false},
    {"", "", "Job", "spec/template/spec/containers/envFrom/configMapRef/name", false},
    {"", "", "Job", "spec/template/spec/initContainers/envFrom/configMapRef/name", false},
    {"", "", "Job", "spec/template/spec/volumes/projected/sources/configMap/name", false},
    {"", "", "CronJob", "spec/jobTemplate/spec/template/spec/volumes/configMap/name", false},
    {"", "", "CronJob",
     "spec/jobTemplate/spec/template/spec/volumes/projected/sources/configMap/name", false},
    {"", "", "CronJob",
     "spec/jobTemplate/spec/template/spec/containers/env/valueFrom/configMapKeyRef/name", false},
    {"", "", "CronJob",
     "spec/jobTemplate/spec/template/spec/initContainers/env/valueFrom/configMapKeyRef/name",
     false},
    {"", "", "CronJob", "spec/jobTemplate/spec/template/spec/containers/envFrom/configMapRef/name",
     false},
    {"", "", "CronJob",
     "spec/jobTemplate/spec/template/spec/initContainers/envFrom/configMapRef/name", false},
    {"", "", "Node", "spec/configSource/configMap", false},
    {"", "", "Role", "rules/resourceNames", false},
    {"", "", "ClusterRole", "rules/resourceNames", false},
    {"", "", "Ingress",
     "metadata/annotations/nginx.ingress.kubernetes.io\\/fastcgi-params-configmap", false},
};

constexpr FieldSpecRow reference_secret_rows[] = {
    {"", "v1", "Pod", "spec/volumes/secret/secretName", false},
    {"", "v1", "Pod", "spec/containers/env/valueFrom/secretKeyRef/name", false},
    {"", "v1", "Pod", "spec/initContainers/env/valueFrom/secretKeyRef/name", false},
    {"", "v1", "Pod", "spec/containers/envFrom/secretRef/name", false},
    {"", "v1", "Pod", "spec/initContainers/envFrom/secretRef/name", false},
    {"", "v1", "Pod", "spec/imagePullSecrets/name", false},
    {"", "v1", "Pod", "spec/volumes/projected/sources/secret/name", false},
    {"", "", "PodTemplate", "template/spec/volumes/secret/secretName", false},
    {"", "", "PodTemplate", "template/spec/containers/env/valueFrom/secretKeyRef/name", false},
    {"", "", "PodTemplate", "template/spec/initContainers/env/valueFrom/secretKeyRef/name", false},
    {"", "", "PodTemplate", "template/spec/containers/envFrom/secretRef/name", false},
    {"", "", "PodTemplate", "template/spec/initContainers/envFrom/secretRef/name", false},
    {"", "", "PodTemplate", "template/spec/imagePullSecrets/name", false},
    {"", "", "PodTemplate", "template/spec/volumes/projected/sources/secret/name", false},
    {"", "", "Deployment", "spec/template/spec/volumes/secret/secretName", false},
    {"", "", "Deployment", "spec/template/spec/containers/env/valueFrom/secretKeyRef/name", false},
    {"", "", "Deployment", "spec/template/spec/initContainers/env/valueFrom/secretKeyRef/name",
     false},
    {"", "", "Deployment", "spec/template/spec/containers/envFrom/secretRef/name", false},
    {"", "", "Deployment", "spec/template/spec/initContainers/envFrom/secretRef/name", false},
    {"", "", "Deployment", "spec/template/spec/imagePullSecrets/name", false},
    {"", "", "Deployment", "spec/template/spec/volumes/projected/sources/secret/name", false},
    {"", "", "ReplicaSet", "spec/template/spec/volumes/secret/secretName", false},
    {"", "", "ReplicaSet", "spec/template/spec/containers/env/valueFrom/secretKeyRef/name", false},
    {"", "", "ReplicaSet", "spec/template/spec/initContainers/env/valueFrom/secretKeyRef/name",
     false},
    {"", "", "ReplicaSet", "spec/template/spec/containers/envFrom/secretRef/name", false},
    {"", "", "ReplicaSet", "spec/template/spec/initContainers/envFrom/secretRef/name", false},
    {"", "", "ReplicaSet", "spec/template/spec/imagePullSecrets/name", false},
    {"", "", "ReplicaSet", "spec/template/spec/volumes/projected/sources/secret/name", false},
    {"", "", "DaemonSet", "spec/template/spec/volumes/secret/secretName", false},
    {"", "", "DaemonSet", "spec/template/spec/containers/env/valueFrom/secretKeyRef/name", false},
    {"", "", "DaemonSet", "spec/template/spec/initContainers/env/valueFrom/secretKeyRef/name",
     false},
    {"", "", "DaemonSet", "spec/template/spec/containers/envFrom/secretRef/name", false},
    {"", "", "DaemonSet", "spec/template/spec/initContainers/envFrom/secretRef/name", false},
    {"", "", "DaemonSet", "spec/template/spec/imagePullSecrets/name", false},
    {"", "", "DaemonSet", "spec/template/spec/volumes/projected/sources/secret/name", false},
    {"", "", "StatefulSet", "spec/template/spec/volumes/secret/secretName", false},
    {"", "", "StatefulSet", "spec/template/spec/containers/env/valueFrom/secretKeyRef/name", false},
    {"", "", "StatefulSet", "spec/template/spec/initContainers/env/valueFrom/secretKeyRef/name",
     false},
    {"", "", "StatefulSet", "spec/template/spec/containers/envFrom/secretRef/name", false},
    {"", "", "StatefulSet", "spec/template/spec/initContainers/envFrom/secretRef/name", false},
    {"", "", "StatefulSet", "spec/template/spec/imagePullSecrets/name", false},
    {"", "", "StatefulSet", "spec/template/spec/volumes/projected/sources/secret/name", false},
    {"", "", "Job", "spec/template/spec/volumes/secret/secretName", false},
    {"", "", "Job", "spec/template/spec/containers/env/valueFrom/secretKeyRef/name", false},
    {"", "", "Job", "spec/template/spec/initContainers/env/valueFrom/secretKeyRef/name", false},
    {"", "", "Job", "spec/template/spec/containers/envFrom/secretRef/name", false},
    {"", "", "Job", "spec/template/spec/initContainers/envFrom/secretRef/name", false},
    {"", "", "Job", "spec/template/spec/imagePullSecrets/name", false},
    {"", "", "Job", "spec/template/spec/volumes/projected/sources/secret/name", false},
    {"", "", "CronJob", "spec/jobTemplate/spec/template/spec/volumes/secret/secretName", false},
    {"", "", "CronJob", "spec/jobTemplate/spec/template/spec/volumes/projected/sources/secret/name",
     false},
    {"", "", "CronJob",
     "spec/jobTemplate/spec/template/spec/containers/env/valueFrom/secretKeyRef/name", false},
    {"", "", "CronJob",
     "spec/jobTemplate/spec/template/spec/initContainers/env/valueFrom/secretKeyRef/name", false},
    {"", "", "CronJob", "spec/jobTemplate/spec/template/spec/containers/envFrom/secretRef/name",
     false},
    {"", "", "CronJob", "spec/jobTemplate/spec/template/spec/initContainers/envFrom/secretRef/name",
     false},
    {"", "", "CronJob", "spec/jobTemplate/spec/template/spec/imagePullSecrets/name", false},
    {"", "", "Ingress", "spec/tls/secretName", false},
    {"", "", "Ingress", "metadata/annotations/ingress.kubernetes.io\\/auth-secret", false},
    {"", "", "Ingress", "metadata/annotations/nginx.ingress.kubernetes.io\\/auth-secret", false},
    {"", "", "Ingress", "metadata/annotations/nginx.ingress.kubernetes.io\\/auth-tls-secret",
     false},
    {"", "", "Ingress", "spec/tls/secretName", false},
    {"", "", "ServiceAccount", "imagePullSecrets/name", false},
    {"", "", "StorageClass", "parameters/secretName", false},
    {"", "", "StorageClass", "parameters/adminSecretName", false},
    {"", "", "StorageClass", "parameters/userSecretName", false},
    {"", "", "StorageClass", "parameters/secretRef", false},
    {"", "", "Role", "rules/resourceNames", false},
    {"", "", "ClusterRole", "rules/resourceNames", false},
    {"serving.knative.dev", "v1", "Service",
     "spec/template/spec/containers/env/valueFrom/secretKeyRef/name", false},
    {"", "", "PersistentVolume", "spec/azureFile/secretName", false},
};

constexpr FieldSpecRow reference_service_rows[] = {
    {"apps", "", "StatefulSet", "spec/serviceName", false},
    {"", "", "Ingress", "spec/rules/http/paths/backend/serviceName", false},
    {"", "", "Ingress", "spec/backend/serviceName", false},
    {"", "", "Ingress", "spec/rules/http/paths/backend/service/name", false},
    {"", "", "Ingress", "spec/defaultBackend/service/name", false},
    {"apiregistration.k8s.io", "", "APIService", "spec/service/name", false},
    {"admissionregistration.k8s.io", "", "ValidatingWebhookConfiguration",
     "webhooks/clientConfig/service", false},
    {"admissionregistration.k8s.io", "", "MutatingWebhookConfiguration",
     "webhooks/clientConfig/service", false},
};

constexpr FieldSpecRow reference_priority_class_rows[] = {
    {"", "", "Pod", "spec/priorityClassName", false},
    {"", "", "StatefulSet", "spec/template/spec/priorityClassName", false},
    {"", "", "Deployment", "spec/template/spec/priorityClassName", false},
    {"", "", "ReplicationController", "spec/template/spec/priorityClassName", false},
    {"", "", "CronJob", "spec/jobTemplate/spec/template/spec/priorityClassName", false},
    {"", "", "Job", "spec/template/spec/priorityClassName", false},
    {"", "", "DaemonSet", "spec/template/spec/priorityClassName", false},
};

constexpr FieldSpecRow reference_persistent_volume_rows[] = {
    {"", "", "PersistentVolumeClaim", "spec/volumeName", false},
    {"", "", "ClusterRole", "rules/resourceNames", false},
};

constexpr FieldSpecRow reference_persistent_volume_claim_rows[] = {
    {"", "", "Pod", "spec/volumes/persistentVolumeClaim/claimName", false},
    {"", "", "StatefulSet", "spec/template/spec/volumes/persistentVolumeClaim/claimName", false},
    {"", "", "Deployment", "spec/template/spec/volumes/persistentVolumeClaim/claimName", false},
    {"", "", "ReplicationController", "spec/template/spec/volumes/persistentVolumeClaim/claimName",
     false},
    {"", "", "CronJob",
     "spec/jobTemplate/spec/template/spec/volumes/persistentVolumeClaim/claimName", false},
    {"", "", "Job", "spec/template/spec/volumes/persistentVolumeClaim/claimName", false},
    {"", "", "DaemonSet", "spec/template/spec/volumes/persistentVolumeClaim/claimName", false},
};

constexpr FieldSpecRow reference_deployment_rows[] = {
    {"", "", "HorizontalPodAutoscaler", "spec/scaleTargetRef/name", false},
};

constexpr FieldSpecRow reference_stateful_set_rows[] = {
    {"", "", "HorizontalPodAutoscaler", "spec/scaleTargetRef/name", false},
};

constexpr FieldSpecRow reference_validating_admission_policy_rows[] = {
    {"admissionregistration.k8s.io", "", "ValidatingAdmissionPolicyBinding", "spec/policyName",
     false},
};

constexpr FieldSpecRow reference_ingress_class_rows[] = {
    {"", "", "Ingress", "spec/ingressClassName", false},
};

constexpr FieldSpecRow reference_replica_set_rows[] = {
    {"", "", "HorizontalPodAutoscaler", "spec/scaleTargetRef/name", false},
};

constexpr FieldSpecRow reference_replication_controller_rows[] = {
    {"", "", "HorizontalPodAutoscaler", "spec/scaleTargetRef/name", false},
};

constexpr NameReferenceRow name_reference_rows[] = {
    {"storage.k8s.io", "v1", "StorageClass", reference_storage_class_rows},
    {"", "v1", "ServiceAccount", reference_service_account_rows},
    {"rbac.authorization.k8s.io", "", "Role", reference_role_rows},
    {"rbac.authorization.k8s.io", "", "ClusterRole", reference_cluster_role_rows},
    {"", "v1", "ConfigMap", reference_config_map_rows},
    {"", "v1", "Secret", reference_secret_rows},
    {"", "v1", "Service", reference_service_rows},
    {"scheduling.k8s.io", "v1", "PriorityClass", reference_priority_class_rows},
    {"", "v1", "PersistentVolume", reference_persistent_volume_rows},
    {"", "v1", "PersistentVolumeClaim", reference_persistent_volume_claim_rows},
    {"", "", "Deployment", reference_deployment_rows},
    {"", "", "StatefulSet", reference_stateful_set_rows},
    {"admissionregistration.k8s.io", "", "ValidatingAdmissionPolicy",
     reference_validating_admission_policy_rows},
    {"networking.k8s.io/v1", "v1", "IngressClass", reference_ingress_class_rows},
    {"", "", "ReplicaSet", reference_replica_set_rows},
    {"", "", "ReplicationController", reference_replication_controller_rows},
};

}  // namespace

std::span<const FieldSpecRow> default_name_prefix() {
  return name_prefix_rows;
}
std::span<const FieldSpecRow> default_name_suffix() {
  return name_suffix_rows;
}
std::span<const FieldSpecRow> default_namespace() {
  return namespace_rows;
}
std::span<const FieldSpecRow> default_common_labels() {
  return common_labels_rows;
}
std::span<const FieldSpecRow> default_template_labels() {
  return template_labels_rows;
}
std::span<const FieldSpecRow> default_volume_claim_template_labels() {
  return volume_claim_template_labels_rows;
}
std::span<const FieldSpecRow> default_common_annotations() {
  return common_annotations_rows;
}
std::span<const FieldSpecRow> default_var_reference() {
  return var_reference_rows;
}
std::span<const FieldSpecRow> default_images() {
  return images_rows;
}
std::span<const FieldSpecRow> default_replicas() {
  return replicas_rows;
}
std::span<const NameReferenceRow> default_name_references() {
  return name_reference_rows;
}

}  // namespace reconcile::kustomize
