/** What the page of the mask panel is made of; the addresses are those of the webview. */
export interface MaskPage {
  readonly nonce: string
  readonly cspSource: string
  readonly script: string
  readonly style: string
}

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
      <h1 id="parameter"></h1>
      <span id="experiment" class="quiet"></span>
      <span class="spacer"></span>
      <button id="previous" type="button" title="Previous level ([)" aria-label="Previous level">←</button>
      <span id="level" aria-live="polite"></span>
      <button id="next" type="button" title="Next level (])" aria-label="Next level">→</button>
      <select id="replicate" aria-label="Replicate"></select>
    </header>
    <main>
      <section class="picture" aria-label="Mask">
        <div class="tools">
          <button id="zoom-in" type="button" title="Zoom in (+)" aria-label="Zoom in">+</button>
          <button id="zoom-out" type="button" title="Zoom out (-)" aria-label="Zoom out">−</button>
          <button id="fit" type="button" title="Show the whole mask (0)">Fit</button>
          <button id="compare" type="button" title="Lay another mask of this layer over it">Compare…</button>
          <button id="save" type="button">Save as PNG…</button>
          <span class="spacer"></span>
          <span class="legend alone">
            <span><span id="kept-swatch" class="swatch"></span> kept</span>
            <span><span id="pruned-swatch" class="swatch"></span> pruned</span>
          </span>
          <span class="legend compared">
            <span><span id="both-swatch" class="swatch"></span> both</span>
            <span><span id="here-swatch" class="swatch"></span> only here</span>
            <span><span id="there-swatch" class="swatch"></span> only there</span>
            <span><span id="none-swatch" class="swatch"></span> neither</span>
          </span>
        </div>
        <canvas id="mask" tabindex="0" role="img"></canvas>
        <div class="quiet">One pixel per weight: columns are inputs, rows are output units.</div>
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
        </section>
        <section id="map-section" aria-label="Weights kept per pixel">
          <h2>Weights kept per pixel</h2>
          <canvas id="map" tabindex="0" role="img" aria-label="How many weights each pixel of the input keeps"></canvas>
          <div class="legend"><span id="scale-fewest"></span><span id="scale"></span><span id="scale-most"></span></div>
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
