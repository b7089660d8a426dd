/// The look of a report: one column, system fonts, light and dark, fit to print.
enum ReportStyle {
  static var rules: HTML {
    """
    :root{color-scheme:light dark;--paper:#fff;--ink:#1d2125;--muted:#59626b;--rule:#d5dade;--wash:#f3f5f7;--mark:#fdf3d7}
    @media screen and (prefers-color-scheme:dark){:root{--paper:#15181b;--ink:#e4e7ea;--muted:#9aa4ad;\
    --rule:#363c42;--wash:#1f2327;--mark:#3a3115}}
    *{box-sizing:border-box}
    body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,sans-serif;\
    font-variant-numeric:tabular-nums}
    main{max-width:1000px;margin:0 auto;padding:32px 20px 64px}
    h1{font-size:28px;line-height:1.25;margin:0 0 4px;overflow-wrap:anywhere}
    h2{font-size:20px;margin:44px 0 12px;padding-top:14px;border-top:1px solid var(--rule);break-after:avoid}
    p,ul,dl{max-width:46em}
    p{margin:8px 0}
    ul{padding-left:20px}
    dt{font-weight:600;margin-top:8px}
    dd{margin:0 0 0 20px}
    code{font:.9em ui-monospace,monospace;overflow-wrap:anywhere}
    bdi{overflow-wrap:anywhere}
    .subtitle,.missing,small{color:var(--muted)}
    .missing{font-style:italic}
    .scroll{overflow-x:auto;margin:12px 0}
    table{border-collapse:collapse;font-size:14px}
    caption{text-align:left;color:var(--muted);padding-bottom:6px}
    th,td{text-align:left;vertical-align:top;padding:5px 24px 5px 0;border-bottom:1px solid var(--rule);\
    max-width:34em}
    td,tbody th{min-width:9em}
    tbody th{font-weight:400;color:var(--muted)}
    thead th{border-bottom:2px solid var(--rule)}
    tr.differs>*{background:var(--mark);color:var(--ink)}
    tr{break-inside:avoid}
    .tag{font-size:11px;border:1px solid currentColor;border-radius:3px;padding:0 4px;white-space:nowrap}
    figure{margin:28px 0 36px;break-inside:avoid}
    .charts{display:grid;gap:20px 24px}
    .of2{grid-template-columns:repeat(2,minmax(0,1fr))}
    .of3{grid-template-columns:repeat(3,minmax(0,1fr))}
    @media screen and (max-width:640px){.of2,.of3{grid-template-columns:minmax(0,1fr)}}
    figcaption,.notes{font-size:14px;color:var(--muted)}
    figcaption b{color:var(--ink)}
    figcaption p,.notes p{margin:4px 0}
    .coordinates{margin:4px 0}
    .caution{border-left:3px solid var(--rule);padding-left:10px}
    .legend{list-style:none;display:flex;flex-wrap:wrap;gap:2px 20px;margin:0 0 8px;padding:0;font-size:14px;\
    max-width:none}
    .swatch{width:22px;height:10px;margin-right:6px}
    svg{overflow:visible}
    .charts svg{display:block;width:100%;height:auto}
    svg text{font-size:12px;fill:var(--muted);unicode-bidi:isolate}
    svg .heading{fill:var(--ink);font-weight:600;font-size:13px}
    .value text,.axis-name{text-anchor:end}
    .step text{text-anchor:middle}
    path{fill:none}
    .grid{stroke:var(--rule);stroke-width:.7}
    .axis{stroke:var(--muted)}
    \(RunColor.rules)
    \(HeatmapShades.rules)
    .layers text{text-anchor:end;font-size:10px}
    details{margin:12px 0}
    summary{cursor:pointer;color:var(--muted);font-size:14px}
    path.line,path.cross,path.upright{fill:none;stroke-linejoin:round;stroke-linecap:round}
    path.line{stroke-width:1.6}
    path.dashed{stroke-dasharray:6 4;stroke-width:1.3}
    path.dotted{stroke-dasharray:1 4}
    path.cross{stroke-width:2}
    path.rule{stroke:var(--ink);stroke-width:1}
    path.event{fill:var(--paper)}
    path.upright{stroke-width:.8;stroke-dasharray:2 4}
    svg .names text{fill:var(--ink)}
    @media print{:root{color-scheme:light}body{font-size:12px}main{padding:0}.scroll{overflow:visible}\
    table,figcaption,.notes,.legend{font-size:11px}}
    """
  }
}
