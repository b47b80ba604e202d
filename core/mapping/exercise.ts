/**
 * A program that does a little of everything. Run once when a function starts, it makes the interpreter warm while
 * Lambda gives a full processor, so that the first real event does not spend its time limit on that: the first
 * evaluation of a mapping is then about five times quicker.
 */
import type { SourceText } from '../configuration.ts';

export const EXERCISE: SourceText = {
  file: 'exercise',
  line: 1,
  text: `(
    $shape := function($row) { $row.a > 10 ? $uppercase($row.b) : $substring($row.b, 0, 2) & "!" };
    $rows := $map([1..40], function($v, $i) { { "a": $v, "b": "row " & $string($v), "c": [$v, $i] } });
    {
      "paths": [$rows[a > 3]^(>a).$shape($)],
      "sum": $sum($rows.a),
      "reduced": $reduce($rows.a, function($x, $y) { $x + $y }),
      "text": $join($split("a,b,c", ","), "-") & $replace("a&b", "&", "+") & $trim(" x "),
      "matched": $match("a1b22", /[0-9]+/).match,
      "time": $fromMillis($toMillis("2026-01-01T00:00:00Z")),
      "object": $merge([{ "x": $number("1.5") }, { "keys": $keys($rows[0]) }]),
      "logic": $exists($rows.nothing) or $not($contains("abc", /d/)) and 3 in [1, 2, 3]
    }
  )`,
};
