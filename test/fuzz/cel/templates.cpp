// Templates of one type stand in one text, each behind a `~`.
#include "test/fuzz/cel/templates.hpp"

#include <map>

namespace reconcile::fuzz {
namespace {

constexpr const char* bool_leaves = R"(~true~false~true~false~1 < 2~has(status.a))";

constexpr const char* bool_branches =
    R"(~{b} && {b}~{b} || {b}~!{b}~({b} ? {b} : {b})~{n} < {n}~{n} <= {n}~{n} > {n}~{n} >= {n})"
    R"(~{a} == {a}~{a} != {a}~{n} == {n}~{i} == {d}~{u} < {i}~{s} < {s}~{y} >= {y}~{t} < {t})"
    R"(~{p} > {p}~{b} <= {b}~{a} in {l}~{s} in {m}~{n} in {l}~{s}.contains({s}))"
    R"(~{s}.startsWith({s})~{s}.endsWith({s})~{s}.matches({s})~matches({s}, '^[a-z]+$'))"
    R"(~{s}.matches('a|b.*')~{L}.all(@, {b})~{L}.exists(@, {b})~{L}.exists_one(@, {b}))"
    R"(~{L}.existsOne(@, @ == {a})~{L}.all(@, @ > {n}))"
    R"(~{L}.exists(@, @.type == 'Ready' && @.status == {s})~has({v}.a)~has({v}.?a.b)~has({m}.k))"
    R"(~{o}.hasValue()~{o} == {o}~{l} == {l}~{m} == {m}~bool({s})~type({a}) == {T}~{T} == {T})"
    R"(~sets.contains({l}, {l})~sets.equivalent({l}, {l})~sets.intersects({l}, {l})~{a} in {v})"
    R"(~!!{b}~!({b} || {b})~{b} == {b}~{i} in [1, 2, 3]~{d} in [1.5, 2.0]~{s} in ['a', 'b'])"
    R"(~{v} in []~({b}))";

constexpr const char* int_leaves =
    R"(~0~1~-1~2~42~9223372036854775807~-9223372036854775808~0x1F~-0x10~9007199254740993~1000~3)";

constexpr const char* int_branches =
    R"(~{i} + {i}~{i} - {i}~{i} * {i}~{i} / {i}~{i} % {i}~-{i}~--{i}~-({i})~size({l})~size({m}))"
    R"(~size({s})~{s}.size()~{l}.size()~{m}.size()~{y}.size()~int({d})~int({s})~int({u}))"
    R"(~int({t})~int({p})~int({i})~({b} ? {i} : {i})~{t}.getFullYear()~{t}.getMonth())"
    R"(~{t}.getDayOfYear()~{t}.getDayOfMonth()~{t}.getDate()~{t}.getDayOfWeek()~{t}.getHours())"
    R"(~{t}.getMinutes()~{t}.getSeconds()~{t}.getMilliseconds()~{t}.getHours('+05:30'))"
    R"(~{t}.getMinutes('-02:45')~{t}.getDate({s})~{t}.getHours('UTC'))"
    R"(~{t}.getHours('America/New_York')~{t}.getDayOfWeek('Europe/Berlin'))"
    R"(~{t}.getMilliseconds('09:00')~{p}.getHours()~{p}.getMinutes()~{p}.getSeconds())"
    R"(~{p}.getMilliseconds()~{s}.indexOf({s})~{s}.indexOf({s}, {i})~{s}.lastIndexOf({s}))"
    R"(~{s}.lastIndexOf({s}, {i})~{l}[{i}]~[1, 2, 3][{i}]~{m}[{a}]~{o}.orValue({i}))"
    R"(~{l}.first().orValue({i})~dyn({i})~{'a': 1, 'b': 2}[{s}]~{L}.map(@, @)[0]~{i} + {n})";

constexpr const char* uint_leaves = R"(~0u~1u~2u~42u~18446744073709551615u~0xFFu~3U)";

constexpr const char* uint_branches =
    R"(~{u} + {u}~{u} - {u}~{u} * {u}~{u} / {u}~{u} % {u}~uint({i})~uint({d})~uint({s}))"
    R"(~({b} ? {u} : {u})~uint({u})~-{u})";

constexpr const char* double_leaves =
    R"(~0.0~1.0~1.5~-2.25~1e3~1e308~1e-7~0.1~123456789.125~.5~-0.0~1e21~9007199254740992.0)"
    R"(~6.02e+23)";

constexpr const char* double_branches =
    R"(~{d} + {d}~{d} - {d}~{d} * {d}~{d} / {d}~-{d}~double({i})~double({u})~double({s}))"
    R"(~double({d})~double('NaN')~double('-inf')~({b} ? {d} : {d})~{d} % {d})";

constexpr const char* string_leaves =
    R"(~''~'a'~"b"~'True'~'abc'~'Ready'~'héllo wörld'~r'\d+'~'\u00e9\n\t'~'''multi
line''')"
    R"(~'12'~'-7'~'1.5'~'x,y,z'~'%s'~'%d and %.2f'~' pad '~'2024-02-29T12:34:56Z'~'1h30m'~'[a-')"
    R"(~'\x41\101'~'a b a b'~'😀x'~'1e3'~'0x10'~'k'~'status'~'aGVsbG8=')";

constexpr const char* string_branches =
    R"(~{s} + {s}~string({i})~string({u})~string({d})~string({b})~string({t})~string({p}))"
    R"(~string({y})~string({s})~string({a})~({b} ? {s} : {s})~{s}.charAt({i})~{s}.lowerAscii())"
    R"(~{s}.upperAscii()~{s}.replace({s}, {s})~{s}.replace({s}, {s}, {i})~{s}.substring({i}))"
    R"(~{s}.substring({i}, {i})~{s}.trim()~{s}.reverse()~strings.quote({s})~{l}.join())"
    R"(~{l}.join({s})~['a', {s}].join('-')~{s}.split({s}).join('|')~'%s'.format([{a}]))"
    R"(~'%d'.format([{n}])~'%.3f'.format([{n}])~'%e'.format([{n}])~'%b'.format([{a}]))"
    R"(~'%x'.format([{a}])~'%X'.format([{a}])~'%o'.format([{i}])~'%s %s'.format([{a}, {a}]))"
    R"(~'%d %%'.format({l})~{s}.format({l})~'%.1e|%.0f'.format([{d}, {d}])~base64.encode({y}))"
    R"(~{l}[{i}]~{m}.k~{o}.orValue({s})~{L}.map(@, string(@)).join(','))"
    R"(~type({a}) == string ? 'yes' : 'no'~{s}[{i}])";

constexpr const char* bytes_leaves = R"(~b''~b'abc'~b'\xff\x00'~b'\303\251'~br'\d'~b"é")";

constexpr const char* bytes_branches =
    R"(~{y} + {y}~bytes({s})~bytes({y})~base64.decode({s})~base64.decode(base64.encode({y})))"
    R"(~({b} ? {y} : {y}))";

constexpr const char* list_leaves =
    R"(~[]~[1, 2, 3]~['a', 'b']~[1.5]~[true]~[1u, 2u]~[[1], [2, 3]]~[null]~[{'a': 1}])"
    R"(~['x', 'x']~[b'a']~[,])";

constexpr const char* list_branches =
    R"(~[{i}, {i}]~[{s}, {s}]~[{a}, {a}]~[{a}]~{l} + {l}~{L}.map(@, {a})~{L}.map(@, @))"
    R"(~{L}.map(@, {b}, {a})~{L}.filter(@, {b})~{L}.filter(@, @ != {a})~{s}.split({s}))"
    R"(~{s}.split({s}, {i})~({b} ? {l} : {l})~[?{o}, {a}]~[?{o}]~optional.unwrap([{o}, {o}]))"
    R"(~[{o}].unwrapOpt()~{o}.orValue({l})~{L}.map(@, [@])~{L}.map(@, {L}.map(@, {a})))"
    R"(~[{a}, ?{v}.?a]~{'k': 1}.map(@, @)~{L}.map(@, {'v': @})~[{l}, {l}])"
    R"(~{L}.filter(@, has(@.a)))";

constexpr const char* map_leaves =
    R"(~{}~{'k': 1}~{'k': 'v', 'a': 'b'}~{1: 2}~{1u: 'u'}~{true: 1.5}~{'a': {'b': [1]}})"
    R"(~{'k': null}~{1: 'i', 2.0: 'd'}~{,})";

constexpr const char* map_branches =
    R"(~{'k': {a}}~{{s}: {a}}~{{a}: {a}}~{?'k': {o}}~({b} ? {m} : {m})~{'a': {a}, 'b': {a}})"
    R"(~{o}.orValue({m})~{'k': {m}}.k~{{i}: {s}, {u}: {s}}~{?{s}: {o}, 'z': {a}}~[{m}][0])";

constexpr const char* timestamp_leaves =
    R"(~timestamp('2024-02-29T12:34:56Z')~timestamp('1969-12-31T23:59:59.999999999Z'))"
    R"(~timestamp('2009-02-13T23:31:30.5+01:00')~timestamp(1234567890))"
    R"(~timestamp('0001-01-01T00:00:00Z')~timestamp('9999-12-31T23:59:59.999Z')~timestamp(0))"
    R"(~timestamp('2024-07-01T00:00:00-07:00'))";

constexpr const char* timestamp_branches =
    R"(~{t} + {p}~{p} + {t}~{t} - {p}~timestamp({s})~timestamp({i})~timestamp({t}))"
    R"(~({b} ? {t} : {t})~timestamp(string({t})))";

constexpr const char* duration_leaves =
    R"(~duration('1h')~duration('1h30m5.5s')~duration('-90m')~duration('0')~duration('100ns'))"
    R"(~duration('1.5ms')~duration('2562047h')~duration('86400s'))";

constexpr const char* duration_branches =
    R"(~{p} + {p}~{p} - {p}~{t} - {t}~-{p}~duration({s})~duration({p})~duration({i}))"
    R"(~({b} ? {p} : {p})~duration(string({p})))";

constexpr const char* optional_leaves =
    R"(~optional.none()~optional.of(1)~optional.of('x')~optional.of([1, 2]))"
    R"(~optional.of({'a': 1})~optional.of(null))";

constexpr const char* optional_branches =
    R"(~optional.of({a})~optional.ofNonZeroValue({a})~{m}[?{s}]~{l}[?{i}]~{v}.?a~{v}.?a.b)"
    R"(~{m}.?k~{v}[?'a'].?b[?0]~{o}.or({o})~{o}.optMap(@, {a})~{o}.optMap(@, @))"
    R"(~{o}.optFlatMap(@, {o})~{l}.first()~{l}.last()~({b} ? {o} : {o})~{o}.?a~{o}[?0]~{o}.a)"
    R"(~{o}[0]~{m}[?{a}]~optional.of({o}))";

constexpr const char* type_leaves =
    R"(~int~string~bool~list~map~type~null_type~double~uint~bytes~google.protobuf.Timestamp)"
    R"(~google.protobuf.Duration~optional_type~type(1)~type(type))";

constexpr const char* type_branches = R"(~type({a})~type({T})~({b} ? {T} : {T})~type({v}))";

constexpr const char* other_leaves =
    R"(~null~unknown~self~1/0~undeclared()~a.b.c~''[0]~[1][5]~{'a': 1}.b~null~.status~optional)"
    R"(~x~size()~string(b'\xff')~int('x')~matches('a')~if~@~[1, 'a']~true.a)";

constexpr const char* other_branches =
    R"(~{a}.value()~{a} + {a}~{a} - {a}~{a}[{a}]~dyn({a})~size({a})~{a}.size()~{a}.foo)"
    R"(~{a}.foo({a})~contains({s}, {s})~{a}.contains({a})~{o}.value()~{a}.hasValue())"
    R"(~{a}.or({a})~{a}.orValue({a})~{a}.map(x, {a})~has({a})~has({a}.b)~{a} ? {a} : {a})"
    R"(~{a} && {a}~-{a}~!{a}~{a} < {a}~{a}.getHours()~{a}.int()~int({a})~string({a}))"
    R"(~duration({a})~timestamp({a})~bool({a})~{a}.join({a})~{a}.format({a})~{a}.substring({a}))"
    R"(~sets.contains({a}, {a})~{a}.matches({a})~optional.of({a}).optMap({a}, {a})~{a}.first())"
    R"(~optional.unwrap({a})~{a}.all({a}, {b})~type({a})~{a} * {a}~{a} % {a})";

constexpr const char* paths =
    R"(~status~status.a~status.a.b~status.conditions~status.conditions[0])"
    R"(~status.conditions[0].type~status.conditions[1].status~metadata.generation)"
    R"(~status.observedGeneration~metadata.labels['app.kubernetes.io/name']~metadata.name)"
    R"(~spec.replicas~spec.ratio~spec.items~spec.items[1]~spec.flag~spec.nothing~spec.missing)"
    R"(~spec.names~spec.names[0]~metadata.labels~spec.time~spec.wait~spec.big~spec~data.k~kind)"
    R"(~status.?a.b~spec[?'names'][?0])";

constexpr std::string_view documents[] = {
    R"({"kind":"Thing","metadata":{"name":"web","generation":2,)"
    R"("labels":{"app.kubernetes.io/name":"x"}},"status":{"a":{"b":1},"observedGeneration":2,)"
    R"("conditions":[{"type":"Ready","status":"True"},{"type":"Synced","status":"False"}]},)"
    R"("spec":{"replicas":3,"ratio":0.5,"items":[1,2.5,"c"],"flag":true,"nothing":null,)"
    R"("names":["a","b"],"time":"2024-02-29T12:34:56Z","wait":"1h","big":9007199254740993},)"
    R"("data":{"k":"v"}})",
    R"({"kind":"Thing","metadata":{"name":"web","generation":3},)"
    R"("status":{"observedGeneration":2},"spec":{"replicas":0,"ratio":2.0,"items":[],)"
    R"("flag":false,"names":[""],"big":18446744073709551615}})",
    R"({"kind":"","metadata":{},"status":{"a":[{"b":"x"}],"conditions":[]},)"
    R"("spec":{"items":[{"a":1},[1],null],"names":["é",1],"time":"nonsense"},)"
    R"("data":{"k":{"a":{"b":2}}}})",
    R"({})",
};

struct Texts {
  char type;
  const char* leaves;
  const char* branches;
};

constexpr Texts texts[] = {
    {'b', bool_leaves, bool_branches},           {'i', int_leaves, int_branches},
    {'u', uint_leaves, uint_branches},           {'d', double_leaves, double_branches},
    {'s', string_leaves, string_branches},       {'y', bytes_leaves, bytes_branches},
    {'l', list_leaves, list_branches},           {'m', map_leaves, map_branches},
    {'t', timestamp_leaves, timestamp_branches}, {'p', duration_leaves, duration_branches},
    {'o', optional_leaves, optional_branches},   {'T', type_leaves, type_branches},
    {'z', other_leaves, other_branches},
};

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    text.remove_prefix(1);
    parts.push_back(text.substr(0, text.find('~')));
    text.remove_prefix(parts.back().size());
  }
  return parts;
}

}  // namespace

const CelTemplates& cel_templates(char type) {
  static const std::map<char, CelTemplates> rows = [] {
    std::map<char, CelTemplates> made;
    for (const Texts& row : texts) made[row.type] = {split(row.leaves), split(row.branches)};
    return made;
  }();
  return rows.at(type);
}

std::span<const std::string_view> cel_paths() {
  static const std::vector<std::string_view> split_paths = split(paths);
  return split_paths;
}

std::span<const std::string_view> cel_documents() {
  return documents;
}

}  // namespace reconcile::fuzz
