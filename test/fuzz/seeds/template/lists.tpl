{{ $l := list 1 2 3 }}{{ append $l 4 | reverse | first }}{{ chunk 2 $l }}{{ uniq (concat $l $l) }}{{ without $l 1 }}{{ has 2 $l }}{{ slice $l 1 2 }}{{ until 3 }}{{ untilStep 1 9 2 }}{{ seq 1 3 }}
