"""The style sheet of the HTML page: system fonts, light and dark, fit for print."""

STYLE = """
:root { color-scheme: light dark; --text: #1c1f24; --soft: #5c6470; --line: #d9dde3; --back: #fff; --panel: #f5f6f8;
  --good: #1a7f4b; --some: #9a6700; --none: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --text: #e6e8eb; --soft: #9aa3af; --line: #343a43; --back: #14171b;
  --panel: #1d2127; --good: #5bc48c; --some: #d8a03a; --none: #f2857b; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 52rem; padding: 2rem 1.25rem 4rem; background: var(--back); color: var(--text);
  font: 1rem/1.55 system-ui, sans-serif; overflow-wrap: break-word; }
h1 { margin: 0; font-size: 1.75rem; line-height: 1.2; }
h2 { margin: 2.25rem 0 .6rem; font-size: 1.15rem; }
p { margin: .5rem 0; }
a { color: inherit; text-decoration-color: var(--soft); text-underline-offset: .15em; }
ul { margin: 0; padding-left: 1.2rem; }
li { margin: .3rem 0; }
ul.tasks { list-style: none; padding-left: 1.2rem; text-indent: -1.2rem; }
ul.tasks input { width: .8rem; margin: 0 .4rem 0 0; vertical-align: -.1em; }
small, .soft { color: var(--soft); font-size: .875rem; font-weight: normal; }
table { width: 100%; border-collapse: collapse; }
th, td { padding: .4rem .75rem .4rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
th { color: var(--soft); font-size: .875rem; font-weight: normal; }
td.number, th.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.covered { color: var(--good); } .touched { color: var(--some); } .missed { color: var(--none); }
.lane { display: block; width: 100%; min-width: 8rem; height: .9rem; margin-top: .3rem; background: var(--panel);
  border-radius: 2px; }
.transcript p { margin: 0 0 .9rem; padding-left: .8rem; border-left: 3px solid var(--voice); }
.transcript span:target { background: color-mix(in srgb, var(--voice) 25%, transparent); }
.v0 { --voice: #3b6fb6; } .v1 { --voice: #c2662d; } .v2 { --voice: #3d8b5f; } .v3 { --voice: #8a5bb5; }
.v4 { --voice: #b8464f; } .v5 { --voice: #2a8c98; } .v6 { --voice: #8d7420; } .v7 { --voice: #6d7480; }
.lane path { fill: var(--voice); }
@media print { body { padding: 0; max-width: none; } a { text-decoration: none; } }
"""
