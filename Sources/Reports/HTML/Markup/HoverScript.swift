/// The script of a page: it shows the values under the pointer, or of the chart that has the focus; arrow keys move it.
///
/// It is a constant: no text of a run enters it, and the page's policy allows no other script. It takes names from the page
/// and writes them as text. Without it the page is whole.
package enum HoverScript {
  /// The policy of the page that allows this script, by its SHA-256 in base 64, and nothing else but style.
  static let policy: HTML =
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-eVwxX3BGurTPigtxcs2c5MUmF0o8aQUb8LabDEKK8kQ='"

  /// The element.
  static let element = HTML(stringLiteral: "<script>\n'use strict';{\n\(body)\n}</script>")

  // It has neither "<" nor "&", so that readers of XML accept the page.
  /// The statements of the script, for a block of their own: `attach` listens to the charts of an element, and `read`, `steps` and
  /// `charts` know their points.
  package static let body = #"""
    const tip=document.createElement('div'),charts=new WeakMap();
    tip.className='tip';tip.setAttribute('role','status');tip.hidden=true;document.body.append(tip);
    const grouped=n=>n.toLocaleString('en');
    const steps=text=>{let step=0;const all=[];
     for(const part of text.split(' ')){const [by,times]=part.split('x').map(Number);
      for(let i=times||1;i>0;i--)all.push(step+=by);}
     return all;};
    const vertices=data=>{let x=0,y=0;
     return Array.from(data.matchAll(/([Ml]?) ?(-?\d*\.?\d+) ?(-?\d*\.?\d+)/g),([,c,a,b])=>{
      x=+a+(c=='M'?0:x);y=+b+(c=='M'?0:y);return {x,y};});};
    const show=(place,title,rows)=>{
     tip.replaceChildren();
     for(const [name,value] of [[title,''],...rows]){
      const row=document.createElement('div'),words=document.createElement('bdi');
      words.textContent=name;row.append(words,value);tip.append(row);}
     tip.hidden=false;
     const beside=place.x+16,width=tip.offsetWidth;
     tip.style.left=Math.max(4,beside+width>innerWidth-4?place.x-16-width:beside)+'px';
     tip.style.top=Math.max(4,Math.min(place.y+16,innerHeight-tip.offsetHeight-4))+'px';};
    const hide=svg=>{tip.hidden=true;svg.querySelector('.guide')?.remove();};
    // A place is known to a tenth of a pixel, and a value is rounded to what that is worth.
    const read=svg=>{
     if(charts.has(svg))return charts.get(svg);
     const [left,right,top,floor,low,high]=svg.dataset.plot.split(' ').map(Number),kind=svg.dataset.kind;
     const [first,last]=svg.dataset.x.split(' ').map(Number);
     const worth=.1/(floor-top),share=kind=='percent'?100:1;
     const words=y=>{
      const place=(floor-y)/(floor-top);
      if(kind=='log'){
       const value=low*Math.pow(high/low,place),digits=Math.max(1,Math.floor(1-Math.log10(Math.pow(high/low,worth)-1)));
       return value>=1e6||1e-4>value?String(+value.toPrecision(digits)):value.toLocaleString('en',{maximumSignificantDigits:Math.min(digits,15)});}
      const value=share*(low+place*(high-low)),power=Math.ceil(Math.log10(share*worth*(high-low)));
      const unit=share>1?' %':'',rounded=Math.round(value/10**power);
      if(power>5||-7>power)return (rounded==0?0:rounded+'e'+power)+unit;
      const options={minimumFractionDigits:Math.max(0,-power),maximumFractionDigits:Math.max(0,-power)};
      return (rounded*10**power+0).toLocaleString('en',options)+unit;};
     const all=svg.dataset.steps.split(';').map(steps);
     const lines=Array.from(svg.querySelectorAll('.line'),(path,i)=>{
      const name=path.textContent.trim();path.replaceChildren();
      return {name,path,points:vertices(path.getAttribute('d')).map((p,k)=>({...p,step:all[i][k]}))};});
     const places=[...new Map(lines.flatMap(l=>l.points).map(p=>[p.step,p])).values()].sort((a,b)=>a.x-b.x);
     const chart={left,right,top,floor,low,high,first,last,kind,words,lines,places,at:places.length-1};
     charts.set(svg,chart);return chart;};
    const nearest=(points,x)=>points.reduce((a,b)=>Math.abs(a.x-x)>Math.abs(b.x-x)?b:a);
    const point=(svg,chart,place)=>{
     const at=chart.places[chart.at];
     const near=chart.lines.map(l=>({name:l.name,p:nearest(l.points,at.x)})).filter(({p})=>12>Math.abs(p.x-at.x));
     near.sort((a,b)=>a.p.y-b.p.y);
     show(place,'step '+grouped(at.step),near.map(({name,p})=>
      [name,': '+chart.words(p.y)+(p.step==at.step?'':' at step '+grouped(p.step))]));
     let guide=svg.querySelector('.guide');
     if(!guide){guide=document.createElementNS('http://www.w3.org/2000/svg','path');
      guide.setAttribute('class','guide s-muted');guide.setAttribute('stroke','#59626b');svg.append(guide);}
     guide.setAttribute('d','M'+at.x+' '+chart.top+'V'+chart.floor);};
    const within=(svg,event)=>new DOMPoint(event.clientX,event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    const pointer=event=>({x:event.clientX,y:event.clientY});
    const attach=root=>{
    for(const svg of root.querySelectorAll('svg[data-plot]')){
     svg.tabIndex=0;
     const beside=chart=>{const box=svg.getBoundingClientRect(),at=chart.places[chart.at];
      return {x:box.left+at.x*box.width/svg.viewBox.baseVal.width,y:box.top+box.height/2};};
     const move=event=>{const chart=read(svg),x=within(svg,event).x;
      chart.at=chart.places.indexOf(nearest(chart.places,x));point(svg,chart,pointer(event));};
     svg.addEventListener('pointermove',move);svg.addEventListener('pointerdown',move);
     svg.addEventListener('pointerleave',()=>hide(svg));svg.addEventListener('blur',()=>hide(svg));
     svg.addEventListener('focus',()=>{if(svg.matches(':focus-visible')){const chart=read(svg);point(svg,chart,beside(chart));}});
     svg.addEventListener('keydown',event=>{
      const chart=read(svg),last=chart.places.length-1;
      const to={ArrowLeft:chart.at-1,ArrowRight:chart.at+1,Home:0,End:last}[event.key];
      if(event.key=='Escape')hide(svg);
      if(to===undefined)return;
      event.preventDefault();chart.at=Math.min(last,Math.max(0,to));point(svg,chart,beside(chart));});}
    for(const svg of root.querySelectorAll('svg[data-map]')){
     const [left,cell]=svg.dataset.map.split(' ').map(Number),from=svg.dataset.from.split(' '),all=steps(svg.dataset.steps);
     svg.addEventListener('pointerleave',()=>hide(svg));
     svg.addEventListener('pointermove',event=>{
      const row=event.target.closest('.row'),shade=event.target.getAttribute('class')?.match(/shade(\d)/);
      if(!row||!shade)return hide(svg);
      const k=+shade[1],step=all[Math.min(all.length-1,Math.max(0,Math.floor((within(svg,event).x-left)/cell)))];
      const range=k==0?'less than '+from[0]:from.length>k?from[k-1]+' to '+from[k]:from[k-1]+' or more';
      show(pointer(event),'step '+grouped(step),[[row.querySelector('text').textContent,': '+range]]);});}};
    attach(document);
    """#
}
