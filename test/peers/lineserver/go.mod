module reconcile.dev/test/peers/lineserver

go 1.26.0
