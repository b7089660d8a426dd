import Reports

/// The script of the pages: values on hover as in a report, zoom by dragging, and what an event stream brings.
///
/// A page is whole without it. It asks for parts of the page and takes events from this server alone.
enum PageScript {
  /// The text.
  static let text = "'use strict';{\n\(HoverScript.body)\n\(zoom)\n\(live)\n}\n"

  /// Dragging across a figure of lines shows its steps alone: their range is in the address.
  private static let zoom = #"""
    document.documentElement.classList.add('scripted');
    const main=document.getElementById('main');
    let drag=null;
    const stepAt=(svg,x)=>{const c=read(svg);return c.first+(c.last-c.first)*Math.min(1,Math.max(0,(x-c.left)/(c.right-c.left)));};
    document.addEventListener('pointerdown',event=>{
     const svg=event.target.closest?.('svg[data-plot]');
     if(!svg||event.button!=0||event.pointerType=='touch'||!main.dataset.live)return;
     drag={svg,from:within(svg,event).x,mark:null};});
    document.addEventListener('pointermove',event=>{
     if(!drag)return;
     const x=within(drag.svg,event).x,chart=read(drag.svg);
     if(8>Math.abs(x-drag.from)){drag.mark?.remove();drag.mark=null;return;}
     if(!drag.mark){
      drag.mark=document.createElementNS('http://www.w3.org/2000/svg','rect');
      drag.mark.setAttribute('class','zoomed');drag.svg.append(drag.mark);}
     const low=Math.max(chart.left,Math.min(x,drag.from)),high=Math.min(chart.right,Math.max(x,drag.from));
     drag.mark.setAttribute('x',low);drag.mark.setAttribute('width',Math.max(0,high-low));
     drag.mark.setAttribute('y',chart.top);drag.mark.setAttribute('height',chart.floor-chart.top);});
    document.addEventListener('pointerup',event=>{
     if(!drag)return;
     const {svg,from,mark}=drag;drag=null;
     if(!mark)return;
     mark.remove();
     const ends=[stepAt(svg,from),stepAt(svg,within(svg,event).x)].sort((a,b)=>a-b);
     const address=new URL(location.href);
     address.searchParams.set('from',Math.floor(ends[0]));address.searchParams.set('to',Math.ceil(ends[1]));
     location.assign(address);});
    document.addEventListener('keydown',event=>{if(event.key=='Escape'&&drag){drag.mark?.remove();drag=null;}});
    """#

  /// New points go to the ends of lines; a chart that they do not fit is asked for again, as are other parts, at most every
  /// three seconds.
  private static let live = #"""
    const state=document.getElementById('live'),say=text=>{if(state.textContent!=text)state.textContent=text;};
    // Text from the server in which everything of a user is escaped; a document that was parsed runs nothing.
    const parsed=html=>new DOMParser().parseFromString(html,'text/html').body;
    const cells=html=>{const table=document.createElement('template');table.innerHTML='<table><tbody>'+html+'</tbody></table>';
     return table.content.querySelector('tbody');};
    const wanted=new Set();
    let asked=0,timer=0,stream=null,position=main.dataset.position;
    const fill=(part,fresh)=>{
     const open=Array.from(part.querySelectorAll('details'),d=>d.open),focus=part.contains(document.activeElement)&&document.activeElement.matches('svg');
     part.replaceChildren(...fresh.childNodes);
     Array.from(part.querySelectorAll('details')).forEach((d,i)=>{if(open[i]!==undefined)d.open=open[i];});
     attach(part);
     if(focus)part.querySelector('svg')?.focus();};
    const ask=async()=>{
     timer=0;
     if(wanted.size==0||document.hidden||drag)return;
     const names=[...wanted];wanted.clear();asked=1;
     const address=new URL(main.dataset.page,location.href);
     for(const name of names)address.searchParams.append('part',name);
     const start=performance.now();
     try{
      const answer=await fetch(address);
      if(answer.ok){
       const body=parsed(await answer.text());
       for(const name of names){
        const part=document.getElementById('part-'+name),fresh=body.querySelector('#part-'+CSS.escape(name));
        if(part&&fresh)fill(part,fresh);}}
     }catch{for(const name of names)wanted.add(name);}
     asked=Math.max(3000,9*(performance.now()-start));
     setTimeout(()=>{asked=0;soon();},asked);};
    const soon=()=>{if(!timer&&!asked&&wanted.size)timer=setTimeout(ask,50);};
    const want=name=>{if(document.getElementById('part-'+name)){wanted.add(name);soon();}};
    const across=(chart,step)=>Math.round(10*(chart.left+(chart.right-chart.left)*(step-chart.first)/(chart.last-chart.first)))/10;
    const down=(chart,value)=>{
     const share=chart.kind=='log'?Math.log(value/chart.low)/Math.log(chart.high/chart.low):(value-chart.low)/(chart.high-chart.low);
     return share>=-.001&&1.001>=share?Math.round(10*(chart.floor-(chart.floor-chart.top)*share))/10:null;};
    const move=(from,to)=>'l'+(to.x-from.x).toFixed(1)+' '+(to.y-from.y).toFixed(1);
    // Whether the chart has room for the points; those that it has are left out.
    const add=(svg,name,points)=>{
     const chart=read(svg),line=chart.lines.find(l=>l.name==name);
     if(!line||line.points.length==0)return false;
     let last=line.points[line.points.length-1],data='';
     const added=[];
     for(const [step,value] of points){
      if(last.step>=step)continue;
      if(step>chart.last)return false;
      if(chart.kind=='log'&&!(value>0))continue;
      const next={x:across(chart,step),y:down(chart,value),step};
      if(next.y===null)return false;
      data+=move(last,next);last=next;added.push(next);}
     if(!added.length)return true;
     line.path.setAttribute('d',line.path.getAttribute('d')+data);
     line.points.push(...added);
     chart.added=(chart.added||0)+added.length;
     const isAtEnd=chart.at==chart.places.length-1;
     for(const p of added){
      const end=chart.places[chart.places.length-1];
      if(p.step>end.step)chart.places.push(p);else if(end.step!=p.step&&!chart.places.some(q=>q.step==p.step)){chart.places.push(p);chart.places.sort((a,b)=>a.x-b.x);}}
     if(isAtEnd)chart.at=chart.places.length-1;
     return 200>chart.added;};
    // The same of an area: its last ring goes along the high values, and back along the low ones.
    const widen=(svg,name,points)=>{
     const chart=read(svg),path=Array.from(svg.querySelectorAll('.band')).find(p=>p.textContent.trim()==name);
     if(!path)return true;
     const data=path.getAttribute('d'),start=data.lastIndexOf('M'),ring=vertices(data.slice(start)),count=ring.length/2;
     const high=ring.slice(0,count),low=ring.slice(count).reverse();
     for(const [step,from,to] of points){
      const x=across(chart,step);
      if(high[high.length-1].x>=x)continue;
      if(step>chart.last)return false;
      // A low end below the axis is at its edge.
      const ends=[down(chart,to),down(chart,Math.max(from,chart.low))];
      if(ends.includes(null))return false;
      high.push({x,y:ends[0]});low.push({x,y:ends[1]});}
     const [first,...rest]=[...high,...low.reverse()];
     let last=first,drawn='M'+first.x.toFixed(1)+' '+first.y.toFixed(1);
     for(const next of rest){drawn+=move(last,next);last=next;}
     path.setAttribute('d',data.slice(0,start)+drawn+'z');
     return true;};
    const hear={
     part:({id,html})=>{
      const part=document.getElementById('part-'+id);
      if(!part)return;
      if(part.localName=='tr'){
       const chosen=part.querySelector('input')?.checked,row=cells('<tr>'+html+'</tr>').firstChild;
       // Runs that differ in something else have other columns.
       if(row.children.length!=part.children.length)return offer('the columns have changed: show them');
       part.replaceChildren(...row.childNodes);
       if(chosen)part.querySelector('input').checked=true;
       part.classList.remove('fresh');void part.offsetWidth;part.classList.add('fresh');
      }else fill(part,parsed(html));},
     points:({figure,panel,line,band,points})=>{
      const part=document.getElementById('part-'+figure);
      if(!part||wanted.has(figure))return;
      const svg=Array.from(part.querySelectorAll('svg[data-plot]')).find(s=>s.dataset.panel==panel);
      if(!svg||!(band===undefined?add(svg,line,points):widen(svg,band,points)))want(figure);},
     listed:({runs})=>{
      const ids=new Set(runs.map(run=>'part-run-'+run));
      for(const row of document.querySelectorAll('tr[id^=part-run-]'))if(!ids.delete(row.id))row.remove();
      if(ids.size)offer('the list has changed: show it');},
     stale:({kinds})=>{for(const part of document.querySelectorAll('.part'))if(kinds.includes(part.dataset.kind))want(part.id.slice(5));},
     rows:({id,html})=>document.getElementById(id)?.prepend(...Array.from(cells(html).children,row=>{row.className='fresh';return row;})),
     gone:({sentence})=>{stop();say('not live: '+sentence);},
     unavailable:({sentence})=>say(sentence),
     reload:()=>location.reload()};
    const offer=text=>{
     if(document.getElementById('newer'))return;
     const link=document.createElement('a');
     link.id='newer';link.href=main.dataset.page;link.textContent=text;
     state.after(' ',link);};
    const stop=()=>{stream?.close();stream=null;};
    const follow=()=>{
     if(stream||document.hidden||!main.dataset.live)return;
     const address=new URL(main.dataset.live,location.href);
     address.searchParams.set('since',position);
     stream=new EventSource(address);
     stream.onopen=()=>say('live');
     stream.onerror=()=>{say(stream&&stream.readyState==2?'not live: load the page again':'no connection, trying again');};
     for(const name in hear)stream.addEventListener(name,event=>{
      position=event.lastEventId||position;hear[name](JSON.parse(event.data));});};
    document.addEventListener('visibilitychange',()=>{if(document.hidden)stop();else{follow();soon();}});
    addEventListener('pagehide',stop);addEventListener('pageshow',event=>{if(event.persisted)follow();});
    follow();
    """#
}
