import Reports

/// The look of the pages: that of a report, with navigation, forms and lists.
enum PageStyle {
  /// The rules.
  static var rules: String {
    ReportStyle.rules.markup + """

      main{padding-top:8px}
      p,dd,summary{overflow-wrap:anywhere}
      .skip{position:absolute;left:-999px}
      .skip:focus{left:8px;top:8px;background:var(--paper);padding:4px 8px;z-index:2}
      .top{display:flex;flex-wrap:wrap;justify-content:space-between;gap:0 24px;max-width:1320px;margin:0 auto;\
      padding:10px 20px;border-bottom:1px solid var(--rule)}
      .top nav ul{margin:0}
      .top .file{margin:0;color:var(--muted);font-size:14px;text-align:right;overflow-wrap:anywhere}
      nav a[aria-current]{color:var(--ink);font-weight:600;text-decoration:none}
      h1{margin-top:12px}
      h1 .note{font-size:15px;font-weight:400}
      h3{font-size:16px;margin:0 0 8px;max-width:46em}
      .note,.files{color:var(--muted);font-size:14px}
      .files{margin:4px 0}
      .files a{margin-right:10px}
      .hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
      form{margin:8px 0}
      .filter,.range{display:flex;flex-wrap:wrap;gap:8px 14px;align-items:baseline;font-size:14px}
      .filter label,.range label{color:var(--muted)}
      input,button{font:inherit;color:var(--ink);background:var(--wash);border:1px solid var(--muted);border-radius:3px;\
      padding:2px 6px;max-width:100%}
      button{cursor:pointer;background:var(--paper)}
      input::placeholder{color:var(--muted);opacity:.8}
      :is(a,button,input,summary):focus-visible{outline:2px solid var(--link);outline-offset:2px}
      .facts{display:flex;flex-wrap:wrap;gap:6px 28px;margin:8px 0;max-width:none}
      .facts dt{margin:0;font-size:13px;font-weight:400;color:var(--muted)}
      .facts dd{margin:0;overflow-wrap:anywhere}
      .plain{list-style:none;padding:0;max-width:none}
      .plain li{margin:2px 0}
      .status{white-space:nowrap}
      .bad{color:#b3261e;font-weight:600}
      .live{color:#00704f}
      #live{margin-left:8px}
      table.answer td,table.runs td,table.answer th,table.runs th{min-width:0;padding-right:18px}
      .number{text-align:right;white-space:nowrap}
      table.runs tbody th{color:var(--ink)}
      table.runs td,table.runs tbody th{vertical-align:middle;max-width:22em}
      table.runs tbody th{min-width:11em}
      table.runs th bdi{overflow-wrap:anywhere}
      table.answer bdi,table.runs td bdi{overflow-wrap:break-word}
      thead th a{color:inherit}
      .small{width:96px;height:22px;display:block}
      figure{margin:12px 0 24px}
      main>.part{margin:0}
      #part-accuracy,#part-loss{max-width:560px}
      @media (min-width:900px){#part-accuracy,#part-loss{display:inline-block;vertical-align:top;width:calc(50% - 14px);\
      margin-right:10px}}
      .zoomed{pointer-events:none;fill:var(--link);opacity:.15}
      .script{display:none}
      .scripted .script{display:inline}
      .scripted svg[data-plot]{cursor:crosshair;touch-action:pan-y;user-select:none}
      @media (prefers-color-scheme:dark){.bad{color:#ff8d85}.live{color:#2bc79a}}
      @media (max-width:600px){.top{padding:8px 20px}h1{font-size:23px}}
      @media (prefers-reduced-motion:no-preference){.fresh{animation:fresh 1.2s}@keyframes fresh{from{background:var(--mark)}}}
      @media print{.top,.range,.filter,.files,.skip,button,input,button+.note,details:not([open]){display:none}.bad{color:#b3261e}.live{color:#00704f}}

      """
  }
}
