#pragma once

#include "reconcile/gotemplate/function.hpp"

namespace reconcile::gotemplate {

// Go's comparison functions (go1.26 text/template/funcs.go by behaviour).
GoValue builtin_eq(Call& call);
GoValue builtin_ne(Call& call);
GoValue builtin_lt(Call& call);
GoValue builtin_le(Call& call);
GoValue builtin_gt(Call& call);
GoValue builtin_ge(Call& call);

// `call`; its receiver is the text of the callee.
GoValue builtin_call(Call& call);

// Escapers.
GoValue builtin_html(Call& call);
GoValue builtin_js(Call& call);
GoValue builtin_urlquery(Call& call);

}  // namespace reconcile::gotemplate
