#include "renderers/kustomize/merge_schema_table.hpp"

// Which lists of Kubernetes' own kinds merge by key, from the OpenAPI document that kustomize 5.8.2
// has built in (Kubernetes v1.21.2), reduced to the types that lead to such a list; and the kinds
// it knows to be cluster-scoped.

namespace reconcile::kustomize {

namespace {

constexpr MergeFieldRow field_rows[] = {
    // admissionregistration.v1.MutatingWebhookConfiguration
    {"metadata", 195, false, false, "", ""},
    {"webhooks", -1, true, true, "name", ""},
    // admissionregistration.v1.MutatingWebhookConfigurationList
    {"items", 0, true, false, "", ""},
    // admissionregistration.v1.ValidatingWebhookConfiguration
    {"metadata", 195, false, false, "", ""},
    {"webhooks", -1, true, true, "name", ""},
    // admissionregistration.v1.ValidatingWebhookConfigurationList
    {"items", 2, true, false, "", ""},
    // admissionregistration.v1beta1.MutatingWebhookConfiguration
    {"metadata", 195, false, false, "", ""},
    {"webhooks", -1, true, true, "name", ""},
    // admissionregistration.v1beta1.MutatingWebhookConfigurationList
    {"items", 4, true, false, "", ""},
    // admissionregistration.v1beta1.ValidatingWebhookConfiguration
    {"metadata", 195, false, false, "", ""},
    {"webhooks", -1, true, true, "name", ""},
    // admissionregistration.v1beta1.ValidatingWebhookConfigurationList
    {"items", 6, true, false, "", ""},
    // apps.v1.ControllerRevision
    {"metadata", 195, false, false, "", ""},
    // apps.v1.ControllerRevisionList
    {"items", 8, true, false, "", ""},
    // apps.v1.DaemonSet
    {"metadata", 195, false, false, "", ""},
    {"spec", 12, false, false, "", ""},
    {"status", 13, false, false, "", ""},
    // apps.v1.DaemonSetList
    {"items", 10, true, false, "", ""},
    // apps.v1.DaemonSetSpec
    {"template", 98, false, false, "", ""},
    // apps.v1.DaemonSetStatus
    {"conditions", -1, true, true, "type", ""},
    // apps.v1.Deployment
    {"metadata", 195, false, false, "", ""},
    {"spec", 16, false, false, "", ""},
    {"status", 17, false, false, "", ""},
    // apps.v1.DeploymentList
    {"items", 14, true, false, "", ""},
    // apps.v1.DeploymentSpec
    {"template", 98, false, false, "", ""},
    // apps.v1.DeploymentStatus
    {"conditions", -1, true, true, "type", ""},
    // apps.v1.Kustomization
    {"configMapGenerator", -1, true, true, "name", ""},
    {"secretGenerator", -1, true, true, "name", ""},
    // apps.v1.ReplicaSet
    {"metadata", 195, false, false, "", ""},
    {"spec", 21, false, false, "", ""},
    {"status", 22, false, false, "", ""},
    // apps.v1.ReplicaSetList
    {"items", 19, true, false, "", ""},
    // apps.v1.ReplicaSetSpec
    {"template", 98, false, false, "", ""},
    // apps.v1.ReplicaSetStatus
    {"conditions", -1, true, true, "type", ""},
    // apps.v1.StatefulSet
    {"metadata", 195, false, false, "", ""},
    {"spec", 25, false, false, "", ""},
    {"status", 26, false, false, "", ""},
    // apps.v1.StatefulSetList
    {"items", 23, true, false, "", ""},
    // apps.v1.StatefulSetSpec
    {"template", 98, false, false, "", ""},
    {"volumeClaimTemplates", 87, true, false, "", ""},
    // apps.v1.StatefulSetStatus
    {"conditions", -1, true, true, "type", ""},
    // authentication.v1.TokenRequest
    {"metadata", 195, false, false, "", ""},
    // authentication.v1.TokenReview
    {"metadata", 195, false, false, "", ""},
    // authentication.v1beta1.TokenReview
    {"metadata", 195, false, false, "", ""},
    // authorization.v1.LocalSubjectAccessReview
    {"metadata", 195, false, false, "", ""},
    // authorization.v1.SelfSubjectAccessReview
    {"metadata", 195, false, false, "", ""},
    // authorization.v1.SelfSubjectRulesReview
    {"metadata", 195, false, false, "", ""},
    // authorization.v1.SubjectAccessReview
    {"metadata", 195, false, false, "", ""},
    // authorization.v1beta1.LocalSubjectAccessReview
    {"metadata", 195, false, false, "", ""},
    // authorization.v1beta1.SelfSubjectAccessReview
    {"metadata", 195, false, false, "", ""},
    // authorization.v1beta1.SelfSubjectRulesReview
    {"metadata", 195, false, false, "", ""},
    // authorization.v1beta1.SubjectAccessReview
    {"metadata", 195, false, false, "", ""},
    // autoscaling.v1.HorizontalPodAutoscaler
    {"metadata", 195, false, false, "", ""},
    // autoscaling.v1.HorizontalPodAutoscalerList
    {"items", 38, true, false, "", ""},
    // autoscaling.v1.Scale
    {"metadata", 195, false, false, "", ""},
    // autoscaling.v2beta1.HorizontalPodAutoscaler
    {"metadata", 195, false, false, "", ""},
    // autoscaling.v2beta1.HorizontalPodAutoscalerList
    {"items", 41, true, false, "", ""},
    // autoscaling.v2beta2.HorizontalPodAutoscaler
    {"metadata", 195, false, false, "", ""},
    // autoscaling.v2beta2.HorizontalPodAutoscalerList
    {"items", 43, true, false, "", ""},
    // batch.v1.CronJob
    {"metadata", 195, false, false, "", ""},
    {"spec", 47, false, false, "", ""},
    // batch.v1.CronJobList
    {"items", 45, true, false, "", ""},
    // batch.v1.CronJobSpec
    {"jobTemplate", 52, false, false, "", ""},
    // batch.v1.Job
    {"metadata", 195, false, false, "", ""},
    {"spec", 50, false, false, "", ""},
    {"status", 51, false, false, "", ""},
    // batch.v1.JobList
    {"items", 48, true, false, "", ""},
    // batch.v1.JobSpec
    {"template", 98, false, false, "", ""},
    // batch.v1.JobStatus
    {"conditions", -1, true, true, "type", ""},
    // batch.v1.JobTemplateSpec
    {"metadata", 195, false, false, "", ""},
    {"spec", 50, false, false, "", ""},
    // batch.v1beta1.CronJob
    {"metadata", 195, false, false, "", ""},
    {"spec", 55, false, false, "", ""},
    // batch.v1beta1.CronJobList
    {"items", 53, true, false, "", ""},
    // batch.v1beta1.CronJobSpec
    {"jobTemplate", 56, false, false, "", ""},
    // batch.v1beta1.JobTemplateSpec
    {"metadata", 195, false, false, "", ""},
    {"spec", 50, false, false, "", ""},
    // certificates.v1.CertificateSigningRequest
    {"metadata", 195, false, false, "", ""},
    // certificates.v1.CertificateSigningRequestList
    {"items", 57, true, false, "", ""},
    // certificates.v1beta1.CertificateSigningRequest
    {"metadata", 195, false, false, "", ""},
    // certificates.v1beta1.CertificateSigningRequestList
    {"items", 59, true, false, "", ""},
    // coordination.v1.Lease
    {"metadata", 195, false, false, "", ""},
    // coordination.v1.LeaseList
    {"items", 61, true, false, "", ""},
    // coordination.v1beta1.Lease
    {"metadata", 195, false, false, "", ""},
    // coordination.v1beta1.LeaseList
    {"items", 63, true, false, "", ""},
    // core.v1.Binding
    {"metadata", 195, false, false, "", ""},
    // core.v1.ComponentStatus
    {"conditions", -1, true, true, "type", ""},
    {"metadata", 195, false, false, "", ""},
    // core.v1.ComponentStatusList
    {"items", 66, true, false, "", ""},
    // core.v1.ConfigMap
    {"metadata", 195, false, false, "", ""},
    // core.v1.ConfigMapList
    {"items", 68, true, false, "", ""},
    // core.v1.Container
    {"env", -1, true, true, "name", ""},
    {"ports", -1, true, true, "containerPort", "protocol"},
    {"volumeDevices", -1, true, true, "devicePath", ""},
    {"volumeMounts", -1, true, true, "mountPath", ""},
    // core.v1.Endpoints
    {"metadata", 195, false, false, "", ""},
    // core.v1.EndpointsList
    {"items", 71, true, false, "", ""},
    // core.v1.EphemeralContainer
    {"env", -1, true, true, "name", ""},
    {"volumeDevices", -1, true, true, "devicePath", ""},
    {"volumeMounts", -1, true, true, "mountPath", ""},
    // core.v1.EphemeralVolumeSource
    {"volumeClaimTemplate", 90, false, false, "", ""},
    // core.v1.Event
    {"metadata", 195, false, false, "", ""},
    // core.v1.EventList
    {"items", 75, true, false, "", ""},
    // core.v1.LimitRange
    {"metadata", 195, false, false, "", ""},
    // core.v1.LimitRangeList
    {"items", 77, true, false, "", ""},
    // core.v1.Namespace
    {"metadata", 195, false, false, "", ""},
    {"status", 81, false, false, "", ""},
    // core.v1.NamespaceList
    {"items", 79, true, false, "", ""},
    // core.v1.NamespaceStatus
    {"conditions", -1, true, true, "type", ""},
    // core.v1.Node
    {"metadata", 195, false, false, "", ""},
    {"spec", 84, false, false, "", ""},
    {"status", 85, false, false, "", ""},
    // core.v1.NodeList
    {"items", 82, true, false, "", ""},
    // core.v1.NodeSpec
    {"podCIDRs", -1, true, true, "", ""},
    // core.v1.NodeStatus
    {"addresses", -1, true, true, "type", ""},
    {"conditions", -1, true, true, "type", ""},
    // core.v1.PersistentVolume
    {"metadata", 195, false, false, "", ""},
    // core.v1.PersistentVolumeClaim
    {"metadata", 195, false, false, "", ""},
    {"status", 89, false, false, "", ""},
    // core.v1.PersistentVolumeClaimList
    {"items", 87, true, false, "", ""},
    // core.v1.PersistentVolumeClaimStatus
    {"conditions", -1, true, true, "type", ""},
    // core.v1.PersistentVolumeClaimTemplate
    {"metadata", 195, false, false, "", ""},
    // core.v1.PersistentVolumeList
    {"items", 86, true, false, "", ""},
    // core.v1.Pod
    {"metadata", 195, false, false, "", ""},
    {"spec", 94, false, false, "", ""},
    {"status", 95, false, false, "", ""},
    // core.v1.PodList
    {"items", 92, true, false, "", ""},
    // core.v1.PodSpec
    {"containers", 70, true, true, "name", ""},
    {"ephemeralContainers", 73, true, true, "name", ""},
    {"hostAliases", -1, true, true, "ip", ""},
    {"imagePullSecrets", -1, true, true, "name", ""},
    {"initContainers", 70, true, true, "name", ""},
    {"topologySpreadConstraints", -1, true, true, "topologyKey", "whenUnsatisfiable"},
    {"volumes", 113, true, true, "name", ""},
    // core.v1.PodStatus
    {"conditions", -1, true, true, "type", ""},
    {"podIPs", -1, true, true, "ip", ""},
    // core.v1.PodTemplate
    {"metadata", 195, false, false, "", ""},
    {"template", 98, false, false, "", ""},
    // core.v1.PodTemplateList
    {"items", 96, true, false, "", ""},
    // core.v1.PodTemplateSpec
    {"metadata", 195, false, false, "", ""},
    {"spec", 94, false, false, "", ""},
    // core.v1.ReplicationController
    {"metadata", 195, false, false, "", ""},
    {"spec", 101, false, false, "", ""},
    {"status", 102, false, false, "", ""},
    // core.v1.ReplicationControllerList
    {"items", 99, true, false, "", ""},
    // core.v1.ReplicationControllerSpec
    {"template", 98, false, false, "", ""},
    // core.v1.ReplicationControllerStatus
    {"conditions", -1, true, true, "type", ""},
    // core.v1.ResourceQuota
    {"metadata", 195, false, false, "", ""},
    // core.v1.ResourceQuotaList
    {"items", 103, true, false, "", ""},
    // core.v1.Secret
    {"metadata", 195, false, false, "", ""},
    // core.v1.SecretList
    {"items", 105, true, false, "", ""},
    // core.v1.Service
    {"metadata", 195, false, false, "", ""},
    {"spec", 111, false, false, "", ""},
    {"status", 112, false, false, "", ""},
    // core.v1.ServiceAccount
    {"metadata", 195, false, false, "", ""},
    {"secrets", -1, true, true, "name", ""},
    // core.v1.ServiceAccountList
    {"items", 108, true, false, "", ""},
    // core.v1.ServiceList
    {"items", 107, true, false, "", ""},
    // core.v1.ServiceSpec
    {"ports", -1, true, true, "port", "protocol"},
    // core.v1.ServiceStatus
    {"conditions", -1, true, true, "type", ""},
    // core.v1.Volume
    {"ephemeral", 74, false, false, "", ""},
    // discovery.v1.EndpointSlice
    {"metadata", 195, false, false, "", ""},
    // discovery.v1.EndpointSliceList
    {"items", 114, true, false, "", ""},
    // discovery.v1beta1.EndpointSlice
    {"metadata", 195, false, false, "", ""},
    // discovery.v1beta1.EndpointSliceList
    {"items", 116, true, false, "", ""},
    // events.v1.Event
    {"metadata", 195, false, false, "", ""},
    // events.v1.EventList
    {"items", 118, true, false, "", ""},
    // events.v1beta1.Event
    {"metadata", 195, false, false, "", ""},
    // events.v1beta1.EventList
    {"items", 120, true, false, "", ""},
    // extensions.v1beta1.Ingress
    {"metadata", 195, false, false, "", ""},
    // extensions.v1beta1.IngressList
    {"items", 122, true, false, "", ""},
    // flowcontrol.v1beta1.FlowSchema
    {"metadata", 195, false, false, "", ""},
    // flowcontrol.v1beta1.FlowSchemaList
    {"items", 124, true, false, "", ""},
    // flowcontrol.v1beta1.PriorityLevelConfiguration
    {"metadata", 195, false, false, "", ""},
    // flowcontrol.v1beta1.PriorityLevelConfigurationList
    {"items", 126, true, false, "", ""},
    // networking.v1.Ingress
    {"metadata", 195, false, false, "", ""},
    // networking.v1.IngressClass
    {"metadata", 195, false, false, "", ""},
    // networking.v1.IngressClassList
    {"items", 129, true, false, "", ""},
    // networking.v1.IngressList
    {"items", 128, true, false, "", ""},
    // networking.v1.NetworkPolicy
    {"metadata", 195, false, false, "", ""},
    // networking.v1.NetworkPolicyList
    {"items", 132, true, false, "", ""},
    // networking.v1beta1.Ingress
    {"metadata", 195, false, false, "", ""},
    // networking.v1beta1.IngressClass
    {"metadata", 195, false, false, "", ""},
    // networking.v1beta1.IngressClassList
    {"items", 135, true, false, "", ""},
    // networking.v1beta1.IngressList
    {"items", 134, true, false, "", ""},
    // node.v1.RuntimeClass
    {"metadata", 195, false, false, "", ""},
    // node.v1.RuntimeClassList
    {"items", 138, true, false, "", ""},
    // node.v1beta1.RuntimeClass
    {"metadata", 195, false, false, "", ""},
    // node.v1beta1.RuntimeClassList
    {"items", 140, true, false, "", ""},
    // policy.v1.PodDisruptionBudget
    {"metadata", 195, false, false, "", ""},
    {"status", 144, false, false, "", ""},
    // policy.v1.PodDisruptionBudgetList
    {"items", 142, true, false, "", ""},
    // policy.v1.PodDisruptionBudgetStatus
    {"conditions", -1, true, true, "type", ""},
    // policy.v1beta1.Eviction
    {"metadata", 195, false, false, "", ""},
    // policy.v1beta1.PodDisruptionBudget
    {"metadata", 195, false, false, "", ""},
    {"status", 148, false, false, "", ""},
    // policy.v1beta1.PodDisruptionBudgetList
    {"items", 146, true, false, "", ""},
    // policy.v1beta1.PodDisruptionBudgetStatus
    {"conditions", -1, true, true, "type", ""},
    // policy.v1beta1.PodSecurityPolicy
    {"metadata", 195, false, false, "", ""},
    // policy.v1beta1.PodSecurityPolicyList
    {"items", 149, true, false, "", ""},
    // rbac.v1.ClusterRole
    {"metadata", 195, false, false, "", ""},
    // rbac.v1.ClusterRoleBinding
    {"metadata", 195, false, false, "", ""},
    // rbac.v1.ClusterRoleBindingList
    {"items", 152, true, false, "", ""},
    // rbac.v1.ClusterRoleList
    {"items", 151, true, false, "", ""},
    // rbac.v1.Role
    {"metadata", 195, false, false, "", ""},
    // rbac.v1.RoleBinding
    {"metadata", 195, false, false, "", ""},
    // rbac.v1.RoleBindingList
    {"items", 156, true, false, "", ""},
    // rbac.v1.RoleList
    {"items", 155, true, false, "", ""},
    // rbac.v1beta1.ClusterRole
    {"metadata", 195, false, false, "", ""},
    // rbac.v1beta1.ClusterRoleBinding
    {"metadata", 195, false, false, "", ""},
    // rbac.v1beta1.ClusterRoleBindingList
    {"items", 160, true, false, "", ""},
    // rbac.v1beta1.ClusterRoleList
    {"items", 159, true, false, "", ""},
    // rbac.v1beta1.Role
    {"metadata", 195, false, false, "", ""},
    // rbac.v1beta1.RoleBinding
    {"metadata", 195, false, false, "", ""},
    // rbac.v1beta1.RoleBindingList
    {"items", 164, true, false, "", ""},
    // rbac.v1beta1.RoleList
    {"items", 163, true, false, "", ""},
    // scheduling.v1.PriorityClass
    {"metadata", 195, false, false, "", ""},
    // scheduling.v1.PriorityClassList
    {"items", 167, true, false, "", ""},
    // scheduling.v1beta1.PriorityClass
    {"metadata", 195, false, false, "", ""},
    // scheduling.v1beta1.PriorityClassList
    {"items", 169, true, false, "", ""},
    // storage.v1.CSIDriver
    {"metadata", 195, false, false, "", ""},
    // storage.v1.CSIDriverList
    {"items", 171, true, false, "", ""},
    // storage.v1.CSINode
    {"metadata", 195, false, false, "", ""},
    {"spec", 175, false, false, "", ""},
    // storage.v1.CSINodeList
    {"items", 173, true, false, "", ""},
    // storage.v1.CSINodeSpec
    {"drivers", -1, true, true, "name", ""},
    // storage.v1.StorageClass
    {"metadata", 195, false, false, "", ""},
    // storage.v1.StorageClassList
    {"items", 176, true, false, "", ""},
    // storage.v1.VolumeAttachment
    {"metadata", 195, false, false, "", ""},
    // storage.v1.VolumeAttachmentList
    {"items", 178, true, false, "", ""},
    // storage.v1beta1.CSIDriver
    {"metadata", 195, false, false, "", ""},
    // storage.v1beta1.CSIDriverList
    {"items", 180, true, false, "", ""},
    // storage.v1beta1.CSINode
    {"metadata", 195, false, false, "", ""},
    {"spec", 184, false, false, "", ""},
    // storage.v1beta1.CSINodeList
    {"items", 182, true, false, "", ""},
    // storage.v1beta1.CSINodeSpec
    {"drivers", -1, true, true, "name", ""},
    // storage.v1beta1.CSIStorageCapacity
    {"metadata", 195, false, false, "", ""},
    // storage.v1beta1.CSIStorageCapacityList
    {"items", 185, true, false, "", ""},
    // storage.v1beta1.StorageClass
    {"metadata", 195, false, false, "", ""},
    // storage.v1beta1.StorageClassList
    {"items", 187, true, false, "", ""},
    // storage.v1beta1.VolumeAttachment
    {"metadata", 195, false, false, "", ""},
    // storage.v1beta1.VolumeAttachmentList
    {"items", 189, true, false, "", ""},
    // io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinition
    {"metadata", 195, false, false, "", ""},
    // io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinitionList
    {"items", 191, true, false, "", ""},
    // io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1beta1.CustomResourceDefinition
    {"metadata", 195, false, false, "", ""},
    // io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1beta1.CustomResourceDefinitionList
    {"items", 193, true, false, "", ""},
    // meta.v1.ObjectMeta
    {"finalizers", -1, true, true, "", ""},
    {"ownerReferences", -1, true, true, "uid", ""},
    // apiregistration.v1.APIService
    {"metadata", 195, false, false, "", ""},
    {"status", 198, false, false, "", ""},
    // apiregistration.v1.APIServiceList
    {"items", 196, true, false, "", ""},
    // apiregistration.v1.APIServiceStatus
    {"conditions", -1, true, true, "type", ""},
    // apiregistration.v1beta1.APIService
    {"metadata", 195, false, false, "", ""},
    {"status", 201, false, false, "", ""},
    // apiregistration.v1beta1.APIServiceList
    {"items", 199, true, false, "", ""},
    // apiregistration.v1beta1.APIServiceStatus
    {"conditions", -1, true, true, "type", ""},
};

constexpr MergeTypeRow type_rows[] = {
    {"io.k8s.api.admissionregistration.v1.MutatingWebhookConfiguration", 0, 2},
    {"io.k8s.api.admissionregistration.v1.MutatingWebhookConfigurationList", 2, 1},
    {"io.k8s.api.admissionregistration.v1.ValidatingWebhookConfiguration", 3, 2},
    {"io.k8s.api.admissionregistration.v1.ValidatingWebhookConfigurationList", 5, 1},
    {"io.k8s.api.admissionregistration.v1beta1.MutatingWebhookConfiguration", 6, 2},
    {"io.k8s.api.admissionregistration.v1beta1.MutatingWebhookConfigurationList", 8, 1},
    {"io.k8s.api.admissionregistration.v1beta1.ValidatingWebhookConfiguration", 9, 2},
    {"io.k8s.api.admissionregistration.v1beta1.ValidatingWebhookConfigurationList", 11, 1},
    {"io.k8s.api.apps.v1.ControllerRevision", 12, 1},
    {"io.k8s.api.apps.v1.ControllerRevisionList", 13, 1},
    {"io.k8s.api.apps.v1.DaemonSet", 14, 3},
    {"io.k8s.api.apps.v1.DaemonSetList", 17, 1},
    {"io.k8s.api.apps.v1.DaemonSetSpec", 18, 1},
    {"io.k8s.api.apps.v1.DaemonSetStatus", 19, 1},
    {"io.k8s.api.apps.v1.Deployment", 20, 3},
    {"io.k8s.api.apps.v1.DeploymentList", 23, 1},
    {"io.k8s.api.apps.v1.DeploymentSpec", 24, 1},
    {"io.k8s.api.apps.v1.DeploymentStatus", 25, 1},
    {"io.k8s.api.apps.v1.Kustomization", 26, 2},
    {"io.k8s.api.apps.v1.ReplicaSet", 28, 3},
    {"io.k8s.api.apps.v1.ReplicaSetList", 31, 1},
    {"io.k8s.api.apps.v1.ReplicaSetSpec", 32, 1},
    {"io.k8s.api.apps.v1.ReplicaSetStatus", 33, 1},
    {"io.k8s.api.apps.v1.StatefulSet", 34, 3},
    {"io.k8s.api.apps.v1.StatefulSetList", 37, 1},
    {"io.k8s.api.apps.v1.StatefulSetSpec", 38, 2},
    {"io.k8s.api.apps.v1.StatefulSetStatus", 40, 1},
    {"io.k8s.api.authentication.v1.TokenRequest", 41, 1},
    {"io.k8s.api.authentication.v1.TokenReview", 42, 1},
    {"io.k8s.api.authentication.v1beta1.TokenReview", 43, 1},
    {"io.k8s.api.authorization.v1.LocalSubjectAccessReview", 44, 1},
    {"io.k8s.api.authorization.v1.SelfSubjectAccessReview", 45, 1},
    {"io.k8s.api.authorization.v1.SelfSubjectRulesReview", 46, 1},
    {"io.k8s.api.authorization.v1.SubjectAccessReview", 47, 1},
    {"io.k8s.api.authorization.v1beta1.LocalSubjectAccessReview", 48, 1},
    {"io.k8s.api.authorization.v1beta1.SelfSubjectAccessReview", 49, 1},
    {"io.k8s.api.authorization.v1beta1.SelfSubjectRulesReview", 50, 1},
    {"io.k8s.api.authorization.v1beta1.SubjectAccessReview", 51, 1},
    {"io.k8s.api.autoscaling.v1.HorizontalPodAutoscaler", 52, 1},
    {"io.k8s.api.autoscaling.v1.HorizontalPodAutoscalerList", 53, 1},
    {"io.k8s.api.autoscaling.v1.Scale", 54, 1},
    {"io.k8s.api.autoscaling.v2beta1.HorizontalPodAutoscaler", 55, 1},
    {"io.k8s.api.autoscaling.v2beta1.HorizontalPodAutoscalerList", 56, 1},
    {"io.k8s.api.autoscaling.v2beta2.HorizontalPodAutoscaler", 57, 1},
    {"io.k8s.api.autoscaling.v2beta2.HorizontalPodAutoscalerList", 58, 1},
    {"io.k8s.api.batch.v1.CronJob", 59, 2},
    {"io.k8s.api.batch.v1.CronJobList", 61, 1},
    {"io.k8s.api.batch.v1.CronJobSpec", 62, 1},
    {"io.k8s.api.batch.v1.Job", 63, 3},
    {"io.k8s.api.batch.v1.JobList", 66, 1},
    {"io.k8s.api.batch.v1.JobSpec", 67, 1},
    {"io.k8s.api.batch.v1.JobStatus", 68, 1},
    {"io.k8s.api.batch.v1.JobTemplateSpec", 69, 2},
    {"io.k8s.api.batch.v1beta1.CronJob", 71, 2},
    {"io.k8s.api.batch.v1beta1.CronJobList", 73, 1},
    {"io.k8s.api.batch.v1beta1.CronJobSpec", 74, 1},
    {"io.k8s.api.batch.v1beta1.JobTemplateSpec", 75, 2},
    {"io.k8s.api.certificates.v1.CertificateSigningRequest", 77, 1},
    {"io.k8s.api.certificates.v1.CertificateSigningRequestList", 78, 1},
    {"io.k8s.api.certificates.v1beta1.CertificateSigningRequest", 79, 1},
    {"io.k8s.api.certificates.v1beta1.CertificateSigningRequestList", 80, 1},
    {"io.k8s.api.coordination.v1.Lease", 81, 1},
    {"io.k8s.api.coordination.v1.LeaseList", 82, 1},
    {"io.k8s.api.coordination.v1beta1.Lease", 83, 1},
    {"io.k8s.api.coordination.v1beta1.LeaseList", 84, 1},
    {"io.k8s.api.core.v1.Binding", 85, 1},
    {"io.k8s.api.core.v1.ComponentStatus", 86, 2},
    {"io.k8s.api.core.v1.ComponentStatusList", 88, 1},
    {"io.k8s.api.core.v1.ConfigMap", 89, 1},
    {"io.k8s.api.core.v1.ConfigMapList", 90, 1},
    {"io.k8s.api.core.v1.Container", 91, 4},
    {"io.k8s.api.core.v1.Endpoints", 95, 1},
    {"io.k8s.api.core.v1.EndpointsList", 96, 1},
    {"io.k8s.api.core.v1.EphemeralContainer", 97, 3},
    {"io.k8s.api.core.v1.EphemeralVolumeSource", 100, 1},
    {"io.k8s.api.core.v1.Event", 101, 1},
    {"io.k8s.api.core.v1.EventList", 102, 1},
    {"io.k8s.api.core.v1.LimitRange", 103, 1},
    {"io.k8s.api.core.v1.LimitRangeList", 104, 1},
    {"io.k8s.api.core.v1.Namespace", 105, 2},
    {"io.k8s.api.core.v1.NamespaceList", 107, 1},
    {"io.k8s.api.core.v1.NamespaceStatus", 108, 1},
    {"io.k8s.api.core.v1.Node", 109, 3},
    {"io.k8s.api.core.v1.NodeList", 112, 1},
    {"io.k8s.api.core.v1.NodeSpec", 113, 1},
    {"io.k8s.api.core.v1.NodeStatus", 114, 2},
    {"io.k8s.api.core.v1.PersistentVolume", 116, 1},
    {"io.k8s.api.core.v1.PersistentVolumeClaim", 117, 2},
    {"io.k8s.api.core.v1.PersistentVolumeClaimList", 119, 1},
    {"io.k8s.api.core.v1.PersistentVolumeClaimStatus", 120, 1},
    {"io.k8s.api.core.v1.PersistentVolumeClaimTemplate", 121, 1},
    {"io.k8s.api.core.v1.PersistentVolumeList", 122, 1},
    {"io.k8s.api.core.v1.Pod", 123, 3},
    {"io.k8s.api.core.v1.PodList", 126, 1},
    {"io.k8s.api.core.v1.PodSpec", 127, 7},
    {"io.k8s.api.core.v1.PodStatus", 134, 2},
    {"io.k8s.api.core.v1.PodTemplate", 136, 2},
    {"io.k8s.api.core.v1.PodTemplateList", 138, 1},
    {"io.k8s.api.core.v1.PodTemplateSpec", 139, 2},
    {"io.k8s.api.core.v1.ReplicationController", 141, 3},
    {"io.k8s.api.core.v1.ReplicationControllerList", 144, 1},
    {"io.k8s.api.core.v1.ReplicationControllerSpec", 145, 1},
    {"io.k8s.api.core.v1.ReplicationControllerStatus", 146, 1},
    {"io.k8s.api.core.v1.ResourceQuota", 147, 1},
    {"io.k8s.api.core.v1.ResourceQuotaList", 148, 1},
    {"io.k8s.api.core.v1.Secret", 149, 1},
    {"io.k8s.api.core.v1.SecretList", 150, 1},
    {"io.k8s.api.core.v1.Service", 151, 3},
    {"io.k8s.api.core.v1.ServiceAccount", 154, 2},
    {"io.k8s.api.core.v1.ServiceAccountList", 156, 1},
    {"io.k8s.api.core.v1.ServiceList", 157, 1},
    {"io.k8s.api.core.v1.ServiceSpec", 158, 1},
    {"io.k8s.api.core.v1.ServiceStatus", 159, 1},
    {"io.k8s.api.core.v1.Volume", 160, 1},
    {"io.k8s.api.discovery.v1.EndpointSlice", 161, 1},
    {"io.k8s.api.discovery.v1.EndpointSliceList", 162, 1},
    {"io.k8s.api.discovery.v1beta1.EndpointSlice", 163, 1},
    {"io.k8s.api.discovery.v1beta1.EndpointSliceList", 164, 1},
    {"io.k8s.api.events.v1.Event", 165, 1},
    {"io.k8s.api.events.v1.EventList", 166, 1},
    {"io.k8s.api.events.v1beta1.Event", 167, 1},
    {"io.k8s.api.events.v1beta1.EventList", 168, 1},
    {"io.k8s.api.extensions.v1beta1.Ingress", 169, 1},
    {"io.k8s.api.extensions.v1beta1.IngressList", 170, 1},
    {"io.k8s.api.flowcontrol.v1beta1.FlowSchema", 171, 1},
    {"io.k8s.api.flowcontrol.v1beta1.FlowSchemaList", 172, 1},
    {"io.k8s.api.flowcontrol.v1beta1.PriorityLevelConfiguration", 173, 1},
    {"io.k8s.api.flowcontrol.v1beta1.PriorityLevelConfigurationList", 174, 1},
    {"io.k8s.api.networking.v1.Ingress", 175, 1},
    {"io.k8s.api.networking.v1.IngressClass", 176, 1},
    {"io.k8s.api.networking.v1.IngressClassList", 177, 1},
    {"io.k8s.api.networking.v1.IngressList", 178, 1},
    {"io.k8s.api.networking.v1.NetworkPolicy", 179, 1},
    {"io.k8s.api.networking.v1.NetworkPolicyList", 180, 1},
    {"io.k8s.api.networking.v1beta1.Ingress", 181, 1},
    {"io.k8s.api.networking.v1beta1.IngressClass", 182, 1},
    {"io.k8s.api.networking.v1beta1.IngressClassList", 183, 1},
    {"io.k8s.api.networking.v1beta1.IngressList", 184, 1},
    {"io.k8s.api.node.v1.RuntimeClass", 185, 1},
    {"io.k8s.api.node.v1.RuntimeClassList", 186, 1},
    {"io.k8s.api.node.v1beta1.RuntimeClass", 187, 1},
    {"io.k8s.api.node.v1beta1.RuntimeClassList", 188, 1},
    {"io.k8s.api.policy.v1.PodDisruptionBudget", 189, 2},
    {"io.k8s.api.policy.v1.PodDisruptionBudgetList", 191, 1},
    {"io.k8s.api.policy.v1.PodDisruptionBudgetStatus", 192, 1},
    {"io.k8s.api.policy.v1beta1.Eviction", 193, 1},
    {"io.k8s.api.policy.v1beta1.PodDisruptionBudget", 194, 2},
    {"io.k8s.api.policy.v1beta1.PodDisruptionBudgetList", 196, 1},
    {"io.k8s.api.policy.v1beta1.PodDisruptionBudgetStatus", 197, 1},
    {"io.k8s.api.policy.v1beta1.PodSecurityPolicy", 198, 1},
    {"io.k8s.api.policy.v1beta1.PodSecurityPolicyList", 199, 1},
    {"io.k8s.api.rbac.v1.ClusterRole", 200, 1},
    {"io.k8s.api.rbac.v1.ClusterRoleBinding", 201, 1},
    {"io.k8s.api.rbac.v1.ClusterRoleBindingList", 202, 1},
    {"io.k8s.api.rbac.v1.ClusterRoleList", 203, 1},
    {"io.k8s.api.rbac.v1.Role", 204, 1},
    {"io.k8s.api.rbac.v1.RoleBinding", 205, 1},
    {"io.k8s.api.rbac.v1.RoleBindingList", 206, 1},
    {"io.k8s.api.rbac.v1.RoleList", 207, 1},
    {"io.k8s.api.rbac.v1beta1.ClusterRole", 208, 1},
    {"io.k8s.api.rbac.v1beta1.ClusterRoleBinding", 209, 1},
    {"io.k8s.api.rbac.v1beta1.ClusterRoleBindingList", 210, 1},
    {"io.k8s.api.rbac.v1beta1.ClusterRoleList", 211, 1},
    {"io.k8s.api.rbac.v1beta1.Role", 212, 1},
    {"io.k8s.api.rbac.v1beta1.RoleBinding", 213, 1},
    {"io.k8s.api.rbac.v1beta1.RoleBindingList", 214, 1},
    {"io.k8s.api.rbac.v1beta1.RoleList", 215, 1},
    {"io.k8s.api.scheduling.v1.PriorityClass", 216, 1},
    {"io.k8s.api.scheduling.v1.PriorityClassList", 217, 1},
    {"io.k8s.api.scheduling.v1beta1.PriorityClass", 218, 1},
    {"io.k8s.api.scheduling.v1beta1.PriorityClassList", 219, 1},
    {"io.k8s.api.storage.v1.CSIDriver", 220, 1},
    {"io.k8s.api.storage.v1.CSIDriverList", 221, 1},
    {"io.k8s.api.storage.v1.CSINode", 222, 2},
    {"io.k8s.api.storage.v1.CSINodeList", 224, 1},
    {"io.k8s.api.storage.v1.CSINodeSpec", 225, 1},
    {"io.k8s.api.storage.v1.StorageClass", 226, 1},
    {"io.k8s.api.storage.v1.StorageClassList", 227, 1},
    {"io.k8s.api.storage.v1.VolumeAttachment", 228, 1},
    {"io.k8s.api.storage.v1.VolumeAttachmentList", 229, 1},
    {"io.k8s.api.storage.v1beta1.CSIDriver", 230, 1},
    {"io.k8s.api.storage.v1beta1.CSIDriverList", 231, 1},
    {"io.k8s.api.storage.v1beta1.CSINode", 232, 2},
    {"io.k8s.api.storage.v1beta1.CSINodeList", 234, 1},
    {"io.k8s.api.storage.v1beta1.CSINodeSpec", 235, 1},
    {"io.k8s.api.storage.v1beta1.CSIStorageCapacity", 236, 1},
    {"io.k8s.api.storage.v1beta1.CSIStorageCapacityList", 237, 1},
    {"io.k8s.api.storage.v1beta1.StorageClass", 238, 1},
    {"io.k8s.api.storage.v1beta1.StorageClassList", 239, 1},
    {"io.k8s.api.storage.v1beta1.VolumeAttachment", 240, 1},
    {"io.k8s.api.storage.v1beta1.VolumeAttachmentList", 241, 1},
    {"io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinition", 242, 1},
    {"io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinitionList", 243,
     1},
    {"io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1beta1.CustomResourceDefinition", 244,
     1},
    {"io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1beta1.CustomResourceDefinitionList",
     245, 1},
    {"io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta", 246, 2},
    {"io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIService", 248, 2},
    {"io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIServiceList", 250, 1},
    {"io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIServiceStatus", 251, 1},
    {"io.k8s.kube-aggregator.pkg.apis.apiregistration.v1beta1.APIService", 252, 2},
    {"io.k8s.kube-aggregator.pkg.apis.apiregistration.v1beta1.APIServiceList", 254, 1},
    {"io.k8s.kube-aggregator.pkg.apis.apiregistration.v1beta1.APIServiceStatus", 255, 1},
};

constexpr MergeRootRow root_rows[] = {
    {"admissionregistration.k8s.io/v1", "MutatingWebhookConfiguration", 0},
    {"admissionregistration.k8s.io/v1", "MutatingWebhookConfigurationList", 1},
    {"admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", 2},
    {"admissionregistration.k8s.io/v1", "ValidatingWebhookConfigurationList", 3},
    {"admissionregistration.k8s.io/v1beta1", "MutatingWebhookConfiguration", 4},
    {"admissionregistration.k8s.io/v1beta1", "MutatingWebhookConfigurationList", 5},
    {"admissionregistration.k8s.io/v1beta1", "ValidatingWebhookConfiguration", 6},
    {"admissionregistration.k8s.io/v1beta1", "ValidatingWebhookConfigurationList", 7},
    {"apiextensions.k8s.io/v1", "CustomResourceDefinition", 191},
    {"apiextensions.k8s.io/v1", "CustomResourceDefinitionList", 192},
    {"apiextensions.k8s.io/v1beta1", "CustomResourceDefinition", 193},
    {"apiextensions.k8s.io/v1beta1", "CustomResourceDefinitionList", 194},
    {"apiregistration.k8s.io/v1", "APIService", 196},
    {"apiregistration.k8s.io/v1", "APIServiceList", 197},
    {"apiregistration.k8s.io/v1beta1", "APIService", 199},
    {"apiregistration.k8s.io/v1beta1", "APIServiceList", 200},
    {"apps/v1", "ControllerRevision", 8},
    {"apps/v1", "ControllerRevisionList", 9},
    {"apps/v1", "DaemonSet", 10},
    {"apps/v1", "DaemonSetList", 11},
    {"apps/v1", "Deployment", 14},
    {"apps/v1", "DeploymentList", 15},
    {"apps/v1", "ReplicaSet", 19},
    {"apps/v1", "ReplicaSetList", 20},
    {"apps/v1", "StatefulSet", 23},
    {"apps/v1", "StatefulSetList", 24},
    {"authentication.k8s.io/v1", "TokenRequest", 27},
    {"authentication.k8s.io/v1", "TokenReview", 28},
    {"authentication.k8s.io/v1beta1", "TokenReview", 29},
    {"authorization.k8s.io/v1", "LocalSubjectAccessReview", 30},
    {"authorization.k8s.io/v1", "SelfSubjectAccessReview", 31},
    {"authorization.k8s.io/v1", "SelfSubjectRulesReview", 32},
    {"authorization.k8s.io/v1", "SubjectAccessReview", 33},
    {"authorization.k8s.io/v1beta1", "LocalSubjectAccessReview", 34},
    {"authorization.k8s.io/v1beta1", "SelfSubjectAccessReview", 35},
    {"authorization.k8s.io/v1beta1", "SelfSubjectRulesReview", 36},
    {"authorization.k8s.io/v1beta1", "SubjectAccessReview", 37},
    {"autoscaling/v1", "HorizontalPodAutoscaler", 38},
    {"autoscaling/v1", "HorizontalPodAutoscalerList", 39},
    {"autoscaling/v1", "Scale", 40},
    {"autoscaling/v2beta1", "HorizontalPodAutoscaler", 41},
    {"autoscaling/v2beta1", "HorizontalPodAutoscalerList", 42},
    {"autoscaling/v2beta2", "HorizontalPodAutoscaler", 43},
    {"autoscaling/v2beta2", "HorizontalPodAutoscalerList", 44},
    {"batch/v1", "CronJob", 45},
    {"batch/v1", "CronJobList", 46},
    {"batch/v1", "Job", 48},
    {"batch/v1", "JobList", 49},
    {"batch/v1beta1", "CronJob", 53},
    {"batch/v1beta1", "CronJobList", 54},
    {"certificates.k8s.io/v1", "CertificateSigningRequest", 57},
    {"certificates.k8s.io/v1", "CertificateSigningRequestList", 58},
    {"certificates.k8s.io/v1beta1", "CertificateSigningRequest", 59},
    {"certificates.k8s.io/v1beta1", "CertificateSigningRequestList", 60},
    {"coordination.k8s.io/v1", "Lease", 61},
    {"coordination.k8s.io/v1", "LeaseList", 62},
    {"coordination.k8s.io/v1beta1", "Lease", 63},
    {"coordination.k8s.io/v1beta1", "LeaseList", 64},
    {"discovery.k8s.io/v1", "EndpointSlice", 114},
    {"discovery.k8s.io/v1", "EndpointSliceList", 115},
    {"discovery.k8s.io/v1beta1", "EndpointSlice", 116},
    {"discovery.k8s.io/v1beta1", "EndpointSliceList", 117},
    {"events.k8s.io/v1", "Event", 118},
    {"events.k8s.io/v1", "EventList", 119},
    {"events.k8s.io/v1beta1", "Event", 120},
    {"events.k8s.io/v1beta1", "EventList", 121},
    {"extensions/v1beta1", "Ingress", 122},
    {"extensions/v1beta1", "IngressList", 123},
    {"flowcontrol.apiserver.k8s.io/v1beta1", "FlowSchema", 124},
    {"flowcontrol.apiserver.k8s.io/v1beta1", "FlowSchemaList", 125},
    {"flowcontrol.apiserver.k8s.io/v1beta1", "PriorityLevelConfiguration", 126},
    {"flowcontrol.apiserver.k8s.io/v1beta1", "PriorityLevelConfigurationList", 127},
    {"kustomize.config.k8s.io/v1beta1", "Kustomization", 18},
    {"networking.k8s.io/v1", "Ingress", 128},
    {"networking.k8s.io/v1", "IngressClass", 129},
    {"networking.k8s.io/v1", "IngressClassList", 130},
    {"networking.k8s.io/v1", "IngressList", 131},
    {"networking.k8s.io/v1", "NetworkPolicy", 132},
    {"networking.k8s.io/v1", "NetworkPolicyList", 133},
    {"networking.k8s.io/v1beta1", "Ingress", 134},
    {"networking.k8s.io/v1beta1", "IngressClass", 135},
    {"networking.k8s.io/v1beta1", "IngressClassList", 136},
    {"networking.k8s.io/v1beta1", "IngressList", 137},
    {"node.k8s.io/v1", "RuntimeClass", 138},
    {"node.k8s.io/v1", "RuntimeClassList", 139},
    {"node.k8s.io/v1beta1", "RuntimeClass", 140},
    {"node.k8s.io/v1beta1", "RuntimeClassList", 141},
    {"policy/v1", "PodDisruptionBudget", 142},
    {"policy/v1", "PodDisruptionBudgetList", 143},
    {"policy/v1beta1", "Eviction", 145},
    {"policy/v1beta1", "PodDisruptionBudget", 146},
    {"policy/v1beta1", "PodDisruptionBudgetList", 147},
    {"policy/v1beta1", "PodSecurityPolicy", 149},
    {"policy/v1beta1", "PodSecurityPolicyList", 150},
    {"rbac.authorization.k8s.io/v1", "ClusterRole", 151},
    {"rbac.authorization.k8s.io/v1", "ClusterRoleBinding", 152},
    {"rbac.authorization.k8s.io/v1", "ClusterRoleBindingList", 153},
    {"rbac.authorization.k8s.io/v1", "ClusterRoleList", 154},
    {"rbac.authorization.k8s.io/v1", "Role", 155},
    {"rbac.authorization.k8s.io/v1", "RoleBinding", 156},
    {"rbac.authorization.k8s.io/v1", "RoleBindingList", 157},
    {"rbac.authorization.k8s.io/v1", "RoleList", 158},
    {"rbac.authorization.k8s.io/v1beta1", "ClusterRole", 159},
    {"rbac.authorization.k8s.io/v1beta1", "ClusterRoleBinding", 160},
    {"rbac.authorization.k8s.io/v1beta1", "ClusterRoleBindingList", 161},
    {"rbac.authorization.k8s.io/v1beta1", "ClusterRoleList", 162},
    {"rbac.authorization.k8s.io/v1beta1", "Role", 163},
    {"rbac.authorization.k8s.io/v1beta1", "RoleBinding", 164},
    {"rbac.authorization.k8s.io/v1beta1", "RoleBindingList", 165},
    {"rbac.authorization.k8s.io/v1beta1", "RoleList", 166},
    {"scheduling.k8s.io/v1", "PriorityClass", 167},
    {"scheduling.k8s.io/v1", "PriorityClassList", 168},
    {"scheduling.k8s.io/v1beta1", "PriorityClass", 169},
    {"scheduling.k8s.io/v1beta1", "PriorityClassList", 170},
    {"storage.k8s.io/v1", "CSIDriver", 171},
    {"storage.k8s.io/v1", "CSIDriverList", 172},
    {"storage.k8s.io/v1", "CSINode", 173},
    {"storage.k8s.io/v1", "CSINodeList", 174},
    {"storage.k8s.io/v1", "StorageClass", 176},
    {"storage.k8s.io/v1", "StorageClassList", 177},
    {"storage.k8s.io/v1", "VolumeAttachment", 178},
    {"storage.k8s.io/v1", "VolumeAttachmentList", 179},
    {"storage.k8s.io/v1beta1", "CSIDriver", 180},
    {"storage.k8s.io/v1beta1", "CSIDriverList", 181},
    {"storage.k8s.io/v1beta1", "CSINode", 182},
    {"storage.k8s.io/v1beta1", "CSINodeList", 183},
    {"storage.k8s.io/v1beta1", "CSIStorageCapacity", 185},
    {"storage.k8s.io/v1beta1", "CSIStorageCapacityList", 186},
    {"storage.k8s.io/v1beta1", "StorageClass", 187},
    {"storage.k8s.io/v1beta1", "StorageClassList", 188},
    {"storage.k8s.io/v1beta1", "VolumeAttachment", 189},
    {"storage.k8s.io/v1beta1", "VolumeAttachmentList", 190},
    {"v1", "Binding", 65},
    {"v1", "ComponentStatus", 66},
    {"v1", "ComponentStatusList", 67},
    {"v1", "ConfigMap", 68},
    {"v1", "ConfigMapList", 69},
    {"v1", "Endpoints", 71},
    {"v1", "EndpointsList", 72},
    {"v1", "Event", 75},
    {"v1", "EventList", 76},
    {"v1", "LimitRange", 77},
    {"v1", "LimitRangeList", 78},
    {"v1", "Namespace", 79},
    {"v1", "NamespaceList", 80},
    {"v1", "Node", 82},
    {"v1", "NodeList", 83},
    {"v1", "PersistentVolume", 86},
    {"v1", "PersistentVolumeClaim", 87},
    {"v1", "PersistentVolumeClaimList", 88},
    {"v1", "PersistentVolumeList", 91},
    {"v1", "Pod", 92},
    {"v1", "PodList", 93},
    {"v1", "PodTemplate", 96},
    {"v1", "PodTemplateList", 97},
    {"v1", "ReplicationController", 99},
    {"v1", "ReplicationControllerList", 100},
    {"v1", "ResourceQuota", 103},
    {"v1", "ResourceQuotaList", 104},
    {"v1", "Secret", 105},
    {"v1", "SecretList", 106},
    {"v1", "Service", 107},
    {"v1", "ServiceAccount", 108},
    {"v1", "ServiceAccountList", 109},
    {"v1", "ServiceList", 110},
};

constexpr ScopeRow cluster_scope_rows[] = {
    {"admissionregistration.k8s.io/v1", "MutatingWebhookConfiguration"},
    {"admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicy"},
    {"admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicyBinding"},
    {"admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration"},
    {"admissionregistration.k8s.io/v1beta1", "MutatingWebhookConfiguration"},
    {"admissionregistration.k8s.io/v1beta1", "ValidatingWebhookConfiguration"},
    {"apiextensions.k8s.io/v1", "CustomResourceDefinition"},
    {"apiextensions.k8s.io/v1beta1", "CustomResourceDefinition"},
    {"apiregistration.k8s.io/v1", "APIService"},
    {"apiregistration.k8s.io/v1beta1", "APIService"},
    {"certificates.k8s.io/v1", "CertificateSigningRequest"},
    {"certificates.k8s.io/v1beta1", "CertificateSigningRequest"},
    {"flowcontrol.apiserver.k8s.io/v1beta1", "FlowSchema"},
    {"flowcontrol.apiserver.k8s.io/v1beta1", "PriorityLevelConfiguration"},
    {"networking.k8s.io/v1", "IngressClass"},
    {"networking.k8s.io/v1beta1", "IngressClass"},
    {"node.k8s.io/v1", "RuntimeClass"},
    {"node.k8s.io/v1beta1", "RuntimeClass"},
    {"policy/v1beta1", "PodSecurityPolicy"},
    {"rbac.authorization.k8s.io/v1", "ClusterRole"},
    {"rbac.authorization.k8s.io/v1", "ClusterRoleBinding"},
    {"rbac.authorization.k8s.io/v1beta1", "ClusterRole"},
    {"rbac.authorization.k8s.io/v1beta1", "ClusterRoleBinding"},
    {"scheduling.k8s.io/v1", "PriorityClass"},
    {"scheduling.k8s.io/v1beta1", "PriorityClass"},
    {"storage.k8s.io/v1", "CSIDriver"},
    {"storage.k8s.io/v1", "CSINode"},
    {"storage.k8s.io/v1", "StorageClass"},
    {"storage.k8s.io/v1", "VolumeAttachment"},
    {"storage.k8s.io/v1beta1", "CSIDriver"},
    {"storage.k8s.io/v1beta1", "CSINode"},
    {"storage.k8s.io/v1beta1", "StorageClass"},
    {"storage.k8s.io/v1beta1", "VolumeAttachment"},
    {"v1", "ComponentStatus"},
    {"v1", "Namespace"},
    {"v1", "Node"},
    {"v1", "NodeProxyOptions"},
    {"v1", "PersistentVolume"},
};

}  // namespace

std::span<const MergeFieldRow> merge_fields(int type) {
  const MergeTypeRow& row = type_rows[type];
  return std::span(field_rows).subspan(row.first, row.count);
}

std::span<const MergeTypeRow> merge_types() {
  return type_rows;
}

std::span<const MergeRootRow> merge_roots() {
  return root_rows;
}

std::span<const ScopeRow> cluster_scoped_kinds() {
  return cluster_scope_rows;
}

}  // namespace reconcile::kustomize
