# Sourced by `up`: certificates, tokens and kubeconfig files of one control plane.
# Every file is made once; a folder that is started again keeps its credentials.

readonly CERTIFICATE_DAYS=3650

# certificate_authority PKI
certificate_authority() {
  local pki=$1
  [[ -f $pki/ca.crt ]] && return
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -sha256 \
    -days $CERTIFICATE_DAYS -subj /CN=test-cluster-ca -keyout "$pki/ca.key" -out "$pki/ca.crt" \
    -addext keyUsage=critical,keyCertSign,cRLSign,digitalSignature 2>"$pki/openssl.log"
  openssl ecparam -name prime256v1 -genkey -noout -out "$pki/service-account.key"
  openssl ec -in "$pki/service-account.key" -pubout -out "$pki/service-account.pub" \
    2>>"$pki/openssl.log"
}

# certificate PKI NAME SUBJECT EXTENDED_USAGE [SUBJECT_ALT_NAMES]
certificate() {
  local pki=$1 name=$2 subject=$3 usage=$4 names=${5:-}
  [[ -f $pki/$name.crt ]] && return
  {
    echo "basicConstraints=CA:FALSE"
    echo "keyUsage=critical,digitalSignature"
    echo "extendedKeyUsage=$usage"
    [[ -z $names ]] || echo "subjectAltName=$names"
  } >"$pki/$name.ext"
  openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "$subject" \
    -keyout "$pki/$name.key" -out "$pki/$name.csr" 2>>"$pki/openssl.log"
  openssl x509 -req -sha256 -in "$pki/$name.csr" -CA "$pki/ca.crt" -CAkey "$pki/ca.key" \
    -CAcreateserial -days $CERTIFICATE_DAYS -extfile "$pki/$name.ext" -out "$pki/$name.crt" \
    2>>"$pki/openssl.log"
  rm "$pki/$name.ext" "$pki/$name.csr"
}

# kubeconfig PKI NAME SERVER FILE : everything is inside the file.
kubeconfig() {
  local pki=$1 name=$2 server=$3 file=$4
  (umask 077 && cat >"$file") <<YAML
apiVersion: v1
kind: Config
clusters:
- name: test
  cluster:
    server: $server
    certificate-authority-data: $(base64 -w0 <"$pki/ca.crt")
users:
- name: $name
  user:
    client-certificate-data: $(base64 -w0 <"$pki/$name.crt")
    client-key-data: $(base64 -w0 <"$pki/$name.key")
contexts:
- name: test
  context: {cluster: test, user: $name}
current-context: test
YAML
}

# all_credentials DIR SERVER
all_credentials() {
  local dir=$1 server=$2 pki=$1/pki token
  mkdir -p -m 700 "$pki"
  certificate_authority "$pki"
  certificate "$pki" apiserver /CN=kube-apiserver serverAuth \
    "IP:127.0.0.1,DNS:localhost,DNS:kubernetes,DNS:kubernetes.default.svc,IP:10.96.0.1"
  certificate "$pki" admin /O=system:masters/CN=admin clientAuth
  certificate "$pki" cluster-up /O=system:masters/CN=cluster-up clientAuth
  certificate "$pki" kwok /O=system:masters/CN=kwok clientAuth
  certificate "$pki" agent /CN=reconcile-agent clientAuth
  certificate "$pki" controller-manager /CN=system:kube-controller-manager clientAuth
  certificate "$pki" scheduler /CN=system:kube-scheduler clientAuth
  if [[ ! -f $pki/tokens.csv ]]; then
    for token in admin agent; do (umask 077 && openssl rand -hex 20 >"$dir/$token.token"); done
    (umask 077 && cat >"$pki/tokens.csv") <<CSV
$(<"$dir/admin.token"),admin,admin-token,"system:masters"
$(<"$dir/agent.token"),reconcile-agent,agent-token
CSV
  fi
  kubeconfig "$pki" admin "$server" "$dir/kubeconfig"
  kubeconfig "$pki" agent "$server" "$dir/agent.kubeconfig"
  for name in cluster-up kwok controller-manager scheduler; do
    kubeconfig "$pki" "$name" "$server" "$pki/$name.kubeconfig"
  done
}
