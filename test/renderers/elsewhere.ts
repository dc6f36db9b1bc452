/** A spec, and the name of the way by which it tries to make the page load something from the address. */
export type WayOut = readonly [
  name: string,
  language: 'vega-lite' | 'vega',
  spec: (address: string) => object,
]

const url = (address: string): string => `url(${address})`

/** Bars as wide as the figure, so that the mouse is over one. */
const bars = (more: object = {}, mark: object = {}): object => ({
  ...{ width: 200, height: 200, data: { values: [{ a: 1, image: 'none' }] } },
  mark: { type: 'rect', width: 200, height: 200, ...mark },
  ...more,
})
const encoded = (encoding: object): object => bars({ encoding })
const configured = (config: object): object =>
  bars({ config, title: 'Title', encoding: { color: { field: 'a' }, x: { field: 'a' } } })

/** A square of 200 pixels. */
const square = (update: object, more: object = {}): object => ({
  ...{ width: 200, height: 200 },
  marks: [
    {
      type: 'rect',
      encode: {
        enter: { width: { value: 200 }, height: { value: 200 }, fill: { value: 'teal' } },
        update,
      },
    },
  ],
  ...more,
})
const mark = (type: string, enter: object, more: object = {}): object => ({
  ...{ width: 200, height: 200 },
  marks: [{ type, encode: { enter: { x: { value: 50 }, y: { value: 50 }, ...enter }, ...more } }],
})
const input =
  (bind: (address: string) => object): WayOut[2] =>
  (address) => ({ ...square({}), signals: [{ name: 'played', value: 'x', bind: bind(address) }] })

/** All that we know of, in both languages. */
export const waysOut: readonly WayOut[] = [
  ['fill of a mark', 'vega-lite', (at) => bars({}, { fill: url(at) })],
  ['stroke of a mark', 'vega-lite', (at) => bars({}, { stroke: url(at) })],
  ['colour of a mark', 'vega-lite', (at) => bars({}, { color: `${url(at)} red` })],
  ['a quoted address', 'vega-lite', (at) => bars({}, { fill: `url("${at}#a")` })],
  ['an escaped name', 'vega-lite', (at) => bars({}, { fill: `\\75rl(${at}#a)` })],
  ['an escaped name in a style', 'vega-lite', (at) => bars({}, { cursor: `\\75 rl(${at}), auto` })],
  ['a set of images', 'vega-lite', (at) => bars({}, { cursor: `-webkit-image-set(url(${at}) 1x), auto` })],
  ['a set without url()', 'vega-lite', (at) => bars({}, { cursor: `image-set("${at}" 1x), auto` })],
  ['after a harmless value', 'vega-lite', (at) => bars({}, { fill: `rgb(1,2,3) url(#a) ${url(at)}` })],
  ['cursor of a mark', 'vega-lite', (at) => bars({}, { cursor: `${url(at)}, auto` })],
  ['blending', 'vega-lite', (at) => bars({}, { blend: url(at) })],
  ['dashes', 'vega-lite', (at) => bars({}, { stroke: 'red', strokeDash: url(at) })],
  ['opacity', 'vega-lite', (at) => bars({}, { opacity: url(at) })],
  ['background', 'vega-lite', (at) => bars({ background: url(at) })],
  ['background in the config', 'vega-lite', (at) => configured({ background: url(at) })],
  [
    'marks in the config',
    'vega-lite',
    (at) => configured({ mark: { fill: url(at), cursor: `${url(at)}, auto` } }),
  ],
  ['rectangles in the config', 'vega-lite', (at) => configured({ rect: { stroke: url(at) } })],
  [
    'the view in the config',
    'vega-lite',
    (at) => configured({ view: { fill: url(at), cursor: `${url(at)}, auto` } }),
  ],
  [
    'axes in the config',
    'vega-lite',
    (at) => configured({ axis: { gridColor: url(at), labelColor: url(at), domainColor: url(at) } }),
  ],
  [
    'the legend in the config',
    'vega-lite',
    (at) =>
      configured({ legend: { symbolFillColor: url(at), fillColor: url(at), gradientStrokeColor: url(at) } }),
  ],
  ['the title in the config', 'vega-lite', (at) => configured({ title: { color: url(at), font: url(at) } })],
  [
    'the palette in the config',
    'vega-lite',
    (at) => configured({ range: { category: [url(at)], heatmap: [url(at), 'red'] } }),
  ],
  [
    'the cursor in the config',
    'vega-lite',
    (at) => ({ ...configured({ signals: [{ name: 'cursor', value: `${url(at)}, auto` }] }) }),
  ],
  ['a font', 'vega-lite', (at) => configured({ font: url(at), axis: { labelFont: `'x', ${url(at)}` } })],
  ['a colour channel', 'vega-lite', (at) => encoded({ color: { value: url(at) } })],
  [
    'a condition',
    'vega-lite',
    (at) => encoded({ color: { condition: { test: 'true', value: url(at) }, value: 'red' } }),
  ],
  [
    'a range of colours',
    'vega-lite',
    (at) => encoded({ color: { field: 'a', type: 'nominal', scale: { range: [url(at)] } } }),
  ],
  [
    'colours in the data',
    'vega-lite',
    (at) =>
      bars({
        data: { values: [{ a: url(at) }] },
        encoding: { color: { field: 'a', scale: null, type: 'nominal' } },
      }),
  ],
  ['a computed colour', 'vega-lite', (at) => bars({}, { fill: { expr: `'ur' + 'l(' + '${at}' + ')'` } })],
  [
    'a gradient',
    'vega-lite',
    (at) =>
      bars(
        {},
        {
          color: {
            gradient: 'linear',
            stops: [
              { offset: 0, color: url(at) },
              { offset: 1, color: 'red' },
            ],
          },
        },
      ),
  ],
  [
    'the name of a gradient',
    'vega-lite',
    (at) =>
      bars(
        {},
        { color: { gradient: 'radial', id: `a) ${url(at)} url(#a`, stops: [{ offset: 0, color: 'red' }] } },
      ),
  ],
  [
    'tooltip with an image',
    'vega-lite',
    (at) => bars({ data: { values: [{ a: at }] }, encoding: { tooltip: [{ field: 'a', title: 'image' }] } }),
  ],
  [
    'tooltip of the data',
    'vega-lite',
    (at) =>
      bars(
        { data: { values: [{ image: at, title: `<img src="${at}">` }] } },
        { tooltip: { content: 'data' } },
      ),
  ],
  [
    'tooltip with HTML',
    'vega-lite',
    (at) => bars({}, { tooltip: `<img src="${at}"><style>*{background:${url(at)}}</style>` }),
  ],
  [
    'title with HTML',
    'vega-lite',
    (at) => bars({ title: `<img src="${at}">`, description: `<img src="${at}">` }),
  ],
  ['a link', 'vega-lite', (at) => bars({}, { href: at })],
  ['a link to a script', 'vega-lite', (at) => bars({}, { href: `javascript:void fetch('${at}')` })],
  [
    'an image',
    'vega-lite',
    (at) => ({ data: { values: [{}] }, mark: { type: 'image', url: at, width: 50, height: 50 } }),
  ],
  [
    'an image without a scheme',
    'vega-lite',
    (at) => ({
      data: { values: [{}] },
      mark: { type: 'image', url: at.replace('http:', ''), width: 50, height: 50 },
    }),
  ],
  ['data', 'vega-lite', (at) => bars({ data: { url: at } })],
  [
    'data of a lookup',
    'vega-lite',
    (at) => bars({ transform: [{ lookup: 'a', from: { data: { url: at }, key: 'a', fields: ['b'] } }] }),
  ],
  [
    'a map',
    'vega-lite',
    (at) => ({ data: { url: at, format: { type: 'topojson', feature: 'a' } }, mark: 'geoshape' }),
  ],
  [
    'options of embedding',
    'vega-lite',
    (at) =>
      bars({
        usermeta: {
          embedOptions: {
            config: at,
            patch: at,
            theme: at,
            loader: { baseURL: at },
            defaultStyle: `@import "${at}";`,
            actions: true,
            sourceHeader: `<img src="${at}">`,
            tooltip: { baseURL: at },
          },
        },
      }),
  ],
  [
    'config in the options of embedding',
    'vega-lite',
    (at) =>
      bars({ usermeta: { embedOptions: { config: { rect: { fill: url(at) }, background: url(at) } } } }),
  ],
  ['schema', 'vega-lite', (at) => bars({ $schema: at })],
  [
    'an input',
    'vega-lite',
    (at) => bars({ params: [{ name: 'p', value: 1, bind: { input: 'image', src: at } }] }),
  ],

  ['fill', 'vega', (at) => square({ fill: { value: url(at) } })],
  ['stroke by a signal', 'vega', (at) => square({ stroke: { signal: `'url(${at})'` } })],
  [
    'corners of a clip',
    'vega',
    (at) =>
      square(
        {},
        {
          marks: [
            {
              type: 'group',
              clip: { path: { signal: `'${url(at)}'` } },
              encode: { enter: { fill: { value: url(at) } } },
            },
          ],
        },
      ),
  ],
  ['background by a signal', 'vega', (at) => square({}, { background: { signal: `'url(${at})'` } })],
  [
    'cursor by a signal',
    'vega',
    (at) => square({}, { signals: [{ name: 'cursor', value: `${url(at)}, auto` }] }),
  ],
  [
    'cursor of the page',
    'vega',
    (at) => square({ cursor: { value: `${url(at)}, auto` } }, { config: { events: { globalCursor: true } } }),
  ],
  [
    'hovering',
    'vega',
    (at) =>
      square(
        {},
        {
          marks: [
            {
              type: 'rect',
              encode: {
                enter: { width: { value: 200 }, height: { value: 200 }, fill: { value: 'red' } },
                hover: { fill: { value: url(at) } },
              },
            },
          ],
        },
      ),
  ],
  [
    'a cursor on hovering',
    'vega',
    (at) =>
      square(
        {},
        {
          signals: [
            {
              name: 'cursor',
              value: 'default',
              on: [{ events: 'pointermove', update: `'url(${at}), auto'` }],
            },
          ],
        },
      ),
  ],
  [
    'a background on hovering',
    'vega',
    (at) =>
      square(
        {},
        {
          background: { signal: 'under' },
          signals: [
            { name: 'under', value: 'white', on: [{ events: 'pointermove', update: `'url(${at})'` }] },
          ],
        },
      ),
  ],
  [
    'a timer',
    'vega',
    (at) =>
      square(
        { fill: { signal: 'late' } },
        {
          signals: [
            {
              name: 'late',
              value: 'red',
              on: [{ events: { type: 'timer', throttle: 20 }, update: `'url(${at})'` }],
            },
          ],
        },
      ),
  ],
  [
    'a click',
    'vega',
    (at) =>
      square(
        { fill: { signal: 'late' } },
        { signals: [{ name: 'late', value: 'red', on: [{ events: 'click', update: `'url(${at})'` }] }] },
      ),
  ],
  ['a tooltip', 'vega', (at) => square({ tooltip: { signal: `{title: 'x', image: '${at}'}` } })],
  [
    'an image',
    'vega',
    (at) => mark('image', { url: { value: at }, width: { value: 100 }, height: { value: 100 } }),
  ],
  [
    'an image on hovering',
    'vega',
    (at) =>
      square(
        {},
        {
          signals: [{ name: 'late', value: '', on: [{ events: 'pointermove', update: `'${at}'` }] }],
          marks: [
            {
              type: 'image',
              encode: { update: { url: { signal: 'late' }, width: { value: 100 }, height: { value: 100 } } },
            },
          ],
        },
      ),
  ],
  [
    'an image that is a drawing',
    'vega',
    (at) =>
      mark('image', {
        url: {
          value: `data:image/svg+xml,${encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="${at}" width="9" height="9"/><style>@import "${at}";</style></svg>`)}`,
        },
        width: { value: 100 },
        height: { value: 100 },
      }),
  ],
  ['data', 'vega', (at) => square({}, { data: [{ name: 'a', url: at }] })],
  [
    'data on hovering',
    'vega',
    (at) =>
      square(
        {},
        {
          signals: [{ name: 'late', value: 'data:,a', on: [{ events: 'pointermove', update: `'${at}'` }] }],
          data: [{ name: 'a', url: { signal: 'late' }, async: true }],
        },
      ),
  ],
  ['a link', 'vega', (at) => square({ href: { value: at } })],
  [
    'a symbol',
    'vega',
    (at) => mark('symbol', { shape: { value: 'circle' }, size: { value: 5000 }, fill: { value: url(at) } }),
  ],
  [
    'a path',
    'vega',
    (at) => mark('path', { path: { value: 'M0,0L100,0L0,100Z' }, stroke: { value: url(at) } }),
  ],
  [
    'a text',
    'vega',
    (at) =>
      mark('text', {
        text: { value: `<image href="${at}"/>` },
        font: { value: url(at) },
        fontStyle: { value: url(at) },
        fontWeight: { value: url(at) },
        fill: { value: url(at) },
      }),
  ],
  [
    'words for readers of the screen',
    'vega',
    (at) => square({ description: { value: `<img src="${at}">` }, ariaRole: { value: url(at) } }),
  ],
  [
    'legend',
    'vega',
    (at) =>
      square(
        {},
        {
          scales: [{ name: 'c', type: 'ordinal', domain: ['a'], range: [url(at)] }],
          legends: [{ fill: 'c', title: url(at), symbolStrokeColor: url(at) }],
        },
      ),
  ],
  [
    'axis',
    'vega',
    (at) =>
      square(
        {},
        {
          scales: [{ name: 'x', domain: [0, 1], range: 'width' }],
          axes: [
            {
              orient: 'bottom',
              scale: 'x',
              tickColor: url(at),
              encode: { labels: { update: { fill: { value: url(at) } } } },
            },
          ],
        },
      ),
  ],
  [
    'config',
    'vega',
    (at) =>
      square({}, { config: { background: url(at), rect: { fill: url(at) }, group: { fill: url(at) } } }),
  ],
  ['an input that is an image', 'vega', input((at) => ({ input: 'image', src: at }))],
  ['the style of an input', 'vega', input((at) => ({ input: 'text', style: `background: ${url(at)}` }))],
  [
    'a script of an input',
    'vega',
    input((at) => ({ input: 'text', autofocus: true, ONFOCUS: `new Image().src='${at}'` })),
  ],
  [
    'where an input is sent',
    'vega',
    input((at) => ({ input: 'submit', formaction: at, formtarget: '_blank' })),
  ],
  ['an input of the page', 'vega', input(() => ({ element: '#output', event: 'click' }))],
  [
    'options of embedding',
    'vega',
    (at) => ({
      ...square({}),
      usermeta: { embedOptions: { config: { rect: { stroke: url(at) } }, bind: '#output' } },
    }),
  ],
]
