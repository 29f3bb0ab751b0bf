//go:build upstream

package main

// The packages whose tests are run. Naming them here pins what their tests import.
import (
	_ "github.com/Masterminds/semver/v3"
	_ "github.com/Masterminds/sprig/v3"
	_ "go.yaml.in/yaml/v2"
	_ "go.yaml.in/yaml/v3"
	_ "helm.sh/helm/v3/pkg/chartutil"
	_ "helm.sh/helm/v3/pkg/engine"
	_ "helm.sh/helm/v3/pkg/releaseutil"
	_ "helm.sh/helm/v3/pkg/strvals"
	_ "helm.sh/helm/v4/pkg/chart/common/util"
	_ "helm.sh/helm/v4/pkg/chart/v2/util"
	_ "helm.sh/helm/v4/pkg/engine"
	_ "helm.sh/helm/v4/pkg/release/v1/util"
	_ "helm.sh/helm/v4/pkg/strvals"
)
