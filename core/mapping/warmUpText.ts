/** The mapping that deliver's start evaluates once: what mappings use most, each in the forms that run differently. */
export const WARM_UP_TEXT = `(
  $items := payload.items;
  $of := function($i, $by) { $i.n * $by };
  {
    "text": $uppercase($substring(payload.one.two, 0, 1)) & $substringAfter(payload.one.two, ":") & $trim(" a "),
    "parts": "a" in $split($lowercase("A, b"), ", ") ? $join(["a", $items[n > 1].k], "-") : "none",
    "lines": [$items[on].{
      "n": $string(n),
      "t": t != "" ? t : "no-" & n,
      "sum": $sum(in.v),
      "round": $round($number(x) * n - 1, 2),
      "found": in[v = 1].v,
      "count": $count(in) + 1
    }],
    "total": $sum($items.(n * 2)) / 3,
    "groups": $items{ k: $sum(n) },
    "sorted": $items^(>n, k).n,
    "mapped": $map($filter($items, function($i) { $i.n >= 2 and $exists($i.t) }), function($i) { $of($i, 2) }),
    "reduced": $reduce($items.n, function($a, $b) { $a + $b }),
    "last": $items[-1].k = "a" or $not($items[0].on),
    "before": $substringBefore("a:b", ":"),
    "date": $fromMillis($toMillis($items[0].d), "[Y0001]-[M01]-[D01]")
  }
)`;
