/// The look of a report: one column, system fonts, light and dark, fit to print.
///
/// Figures bring their colors; on a dark ground they are replaced by class.
package enum ReportStyle {
  /// The rules.
  package static var rules: HTML {
    """
    :root{color-scheme:light dark;--paper:#fff;--ink:#1d2125;--muted:#59626b;--rule:#d5dade;--wash:#f3f5f7;--mark:#fdf3d7;\
    --link:#0a58a8}
    @media screen and (prefers-color-scheme:dark){:root{--paper:#15181b;--ink:#e4e7ea;--muted:#a3adb6;\
    --rule:#363c42;--wash:#1f2327;--mark:#3a3115;--link:#8fc9f0}}
    *{box-sizing:border-box}
    body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,sans-serif;\
    font-variant-numeric:tabular-nums}
    main{max-width:1320px;margin:0 auto;padding:32px 20px 64px}
    h1{font-size:28px;line-height:1.25;margin:0 0 12px;overflow-wrap:anywhere}
    h2{font-size:20px;margin:44px 0 12px;padding-top:14px;border-top:1px solid var(--rule);break-after:avoid}
    p,ul,dl{max-width:46em}
    p{margin:8px 0}
    ul{padding-left:20px}
    dt{font-weight:600;margin-top:8px}
    dd{margin:0 0 0 20px}
    a{color:var(--link)}
    pre{background:var(--wash);padding:10px 12px;overflow-x:auto;white-space:pre-wrap}
    code{font:.9em ui-monospace,monospace;overflow-wrap:anywhere}
    bdi{overflow-wrap:anywhere}
    .finding{font-size:19px;line-height:1.45;max-width:42em;margin:8px 0 4px}
    nav ul{list-style:none;display:flex;flex-wrap:wrap;gap:2px 20px;padding:0;margin:20px 0 0;max-width:none}
    .missing,small{color:var(--muted)}
    .missing{font-style:italic}
    .scroll{overflow-x:auto;margin:12px 0}
    table{border-collapse:collapse;font-size:14px}
    caption{text-align:left;color:var(--muted);padding-bottom:6px;max-width:min(46em,calc(100vw - 40px))}
    th,td{text-align:left;vertical-align:top;padding:5px 24px 5px 0;border-bottom:1px solid var(--rule);\
    max-width:34em}
    td{min-width:9em}
    tbody th{font-weight:400;color:var(--muted)}
    @media (max-width:600px){th,td{padding-right:12px}td{min-width:6.5em}}
    @media (max-width:600px){.claims tr{display:grid;grid-template-columns:6.5em 1fr 6em}\
    .claims :is(th,td){min-width:0}.claims tr>:first-child{grid-column:1/-1;border:0;padding-bottom:0}}
    thead th{border-bottom:2px solid var(--rule)}
    .numbers th,.numbers td{min-width:4em;padding:2px 16px 2px 0;font-size:13px}
    tr.differs>*{background:var(--mark);color:var(--ink)}
    tr{break-inside:avoid}
    .tag{font-size:11px;border:1px solid currentColor;border-radius:3px;padding:0 4px;white-space:nowrap}
    figure{margin:24px 0 36px}
    .charts{display:grid;gap:20px 24px;grid-template-columns:repeat(auto-fit,minmax(min(100%,max(320px,31%)),1fr))}
    @media (min-width:700px){.of2{grid-template-columns:repeat(2,minmax(0,1fr))}}
    .single{max-width:560px}
    .pair>.missing{grid-column:1/-1}
    .pair{display:grid;gap:0 24px;grid-template-columns:repeat(auto-fit,minmax(min(100%,320px),1fr));max-width:1100px}
    figcaption,.notes{font-size:14px;color:var(--muted);margin-top:8px}
    figcaption b{color:var(--ink)}
    figcaption p,.notes p{margin:4px 0}
    .coordinates{margin:4px 0}
    .caution{border-left:3px solid var(--rule);padding-left:10px}
    .legend{list-style:none;display:flex;flex-wrap:wrap;gap:2px 20px;margin:0 0 8px;padding:0;font-size:14px;\
    max-width:none}
    .swatch{width:34px;height:10px;margin-right:6px}
    .charts svg{display:block;width:100%;height:auto;max-width:560px;overflow:visible;break-inside:avoid}
    .tip{position:fixed;z-index:1;max-width:min(340px,92vw);padding:4px 8px;pointer-events:none;font-size:13px;\
    background:var(--paper);border:1px solid var(--muted);border-radius:3px}
    .tip div:first-child{color:var(--muted)}
    .guide{pointer-events:none;opacity:.6}
    svg:focus-visible{outline:2px solid var(--link);outline-offset:3px}
    details{margin:8px 0}
    summary{cursor:pointer;color:var(--muted);font-size:14px}
    \(Ink.darkRules)
    @media print{:root{color-scheme:light}body{font-size:12px}main{padding:0}.scroll{overflow:visible}\
    .finding{font-size:15px}nav,.numbers,.tip,.guide{display:none}table,figcaption,.notes,.legend{font-size:11px}}
    """
  }
}
