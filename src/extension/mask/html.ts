import type { View } from '../../../renderers/mask/views'

/** What the page of the mask panel is made of; the addresses are those of the webview. */
export interface MaskPage {
  readonly nonce: string
  readonly cspSource: string
  readonly script: string
  readonly style: string
}

/** The ways to look at a mask, as renderers/mask/views.ts has them. */
const views: Readonly<Record<View, string>> = {
  matrix: 'Matrix',
  filters: 'Filters',
  map: 'Image map',
  died: 'When it died',
  weights: 'Weights',
  units: 'Units',
}

const tabs = Object.entries(views)
  .map(
    ([view, name]) =>
      `          <button id="tab-${view}" role="tab" type="button" aria-controls="panel">${name}</button>`,
  )
  .join('\n')

/** The page of the mask panel: nothing inline, nothing from elsewhere. */
export function maskHtml({ nonce, cspSource, script, style }: MaskPage): string {
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    // The script sets single properties of elements, which this allows; style attributes in the page it does not.
    `style-src ${cspSource}`,
  ].join('; ')
  return `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="${policy}" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <link rel="stylesheet" href="${style}" />
    <title>Mask</title>
  </head>
  <body data-state="loading">
    <header>
      <h1 id="parameter" aria-live="polite"></h1>
      <span id="experiment" class="quiet"></span>
      <span class="spacer"></span>
      <label for="layer">Layer</label>
      <select id="layer" title="Previous layer ({), next layer (})"></select>
      <button id="previous" type="button" title="Previous level ([)" aria-label="Previous level">←</button>
      <span id="level" aria-live="polite"></span>
      <button id="next" type="button" title="Next level (])" aria-label="Next level">→</button>
      <select id="replicate" aria-label="Replicate"></select>
    </header>
    <main>
      <section class="picture" aria-label="Mask">
        <div class="tools" role="tablist" aria-label="Ways to look at the mask">
${tabs}
        </div>
        <div class="tools">
          <select id="order" class="sortable" aria-label="Order">
            <option value="as they are">As they are</option>
            <option value="kept">By what is left</option>
          </select>
          <button id="zoom-in" class="zoomable" type="button" title="Zoom in (+)" aria-label="Zoom in">+</button>
          <button id="zoom-out" class="zoomable" type="button" title="Zoom out (-)" aria-label="Zoom out">−</button>
          <button id="fit" class="zoomable" type="button" title="Show the whole mask (0)">Fit</button>
          <button id="compare" type="button" title="Lay another mask of this layer over it">Compare…</button>
          <button id="beside" class="compared" type="button" aria-pressed="false">Side by side</button>
          <button id="save" type="button">Save as PNG…</button>
          <span class="spacer"></span>
          <span class="legend alone">
            <span><span id="kept-swatch" class="swatch"></span> kept</span>
            <span><span id="pruned-swatch" class="swatch"></span> pruned</span>
          </span>
          <span class="legend overlaid">
            <span><span id="both-swatch" class="swatch"></span> both</span>
            <span><span id="here-swatch" class="swatch rising"></span> only here</span>
            <span><span id="there-swatch" class="swatch falling"></span> only there</span>
            <span><span id="none-swatch" class="swatch"></span> neither</span>
          </span>
          <span class="legend of-map">
            <span class="scale-fewest"></span><span class="scale scale-of-pixels"></span><span class="scale-most"></span>
          </span>
          <span class="legend of-died">
            <span>died at <span id="died-first"></span></span>
            <span id="died-scale" class="scale"></span>
            <span id="died-last"></span>
            <span><span id="alive-swatch" class="swatch"></span> left</span>
          </span>
          <span class="legend of-weights">
            <span><span id="stayed-swatch" class="swatch"></span> stayed</span>
            <span><span id="went-swatch" class="swatch level"></span> went</span>
          </span>
        </div>
        <div class="tools of-died">
          <button id="play" type="button">Play</button>
          <input id="until" type="range" min="0" max="0" value="0" aria-label="Level" />
          <output id="until-text" for="until" aria-live="polite"></output>
        </div>
        <div id="panel" role="tabpanel">
          <div class="canvases">
            <canvas id="mask" tabindex="0" role="img"></canvas>
            <canvas id="mask-other" tabindex="0" role="img"></canvas>
          </div>
          <div class="charts">
            <h2 id="bars-1-title"></h2>
            <canvas id="bars-1" tabindex="0" role="img"></canvas>
            <h2 id="bars-2-title"></h2>
            <canvas id="bars-2" tabindex="0" role="img"></canvas>
            <details class="of-weights">
              <summary>As a table</summary>
              <table id="bins"></table>
            </details>
          </div>
          <div id="note" class="quiet"></div>
        </div>
      </section>
      <aside>
        <section aria-label="Figures">
          <h2 id="density"></h2>
          <dl id="figures"></dl>
        </section>
        <section class="compared" aria-label="Comparison">
          <h2>Compared with</h2>
          <div class="tools">
            <span id="other"></span>
            <button id="compare-no-more" type="button" title="Show the mask alone" aria-label="Show the mask alone">×</button>
          </div>
          <dl id="comparison"></dl>
          <table id="layers" aria-label="All layers: weights that both keep, their share of those that any keeps, and what chance would give"></table>
        </section>
        <section id="map-section" aria-label="Weights kept per pixel">
          <h2>Weights kept per pixel</h2>
          <canvas id="map" tabindex="0" role="img" aria-label="How many weights each pixel of the input keeps"></canvas>
          <div class="legend">
            <span class="scale-fewest"></span><span class="scale scale-of-pixels"></span><span class="scale-most"></span>
          </div>
        </section>
      </aside>
    </main>
    <div id="readout" role="status" aria-live="polite"></div>
    <p id="problem" role="alert"></p>
    <script nonce="${nonce}" src="${script}"></script>
  </body>
</html>
`
}
