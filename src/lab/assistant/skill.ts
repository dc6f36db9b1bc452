/** What an assistant reads before it asks: a skill, as agents know them, a page of text under a name and a description. */
export const skill = {
  name: 'lottery-ticket-questions',
  title: 'How to ask a lottery-ticket question',
  description:
    'How to ask a question about lottery tickets, pruning or linear mode connectivity well, with Ticket Lab: which controls, how many ' +
    'replicates, what it costs first, and how to report verdicts with their intervals. Use it before running or judging such experiments.',
  text: `# How to ask a lottery-ticket question

Work in this order. The tools are \`ticketlab_describe\`, \`ticketlab_cost\`, \`ticketlab_results\` and \`ticketlab_run\`; in a notebook the same is
\`lab.preset\`, \`lab.cost\`, \`lab.stored\`, \`lab.imp\` and their like.

## 1. Say the question as a comparison

- Write down, before anything runs: what is compared with what, at which densities, by which measure, and what result would be a surprise.
- Choose the densities before looking at results. Choosing the best level afterwards is choosing by the test split.
- Look first at what is there: \`ticketlab_results\` lists the store. What has been computed costs nothing.

## 2. Choose controls: they are the claim

A sparse network that trains well is not yet a winning ticket. Which control belongs to which claim:

| claim                                        | control                                                   |
| -------------------------------------------- | --------------------------------------------------------- |
| the initial weights matter                   | \`random-reinit\`: same masks, newly drawn weights          |
| which weights are kept matters, not how many | \`random-mask\`: same weights, random masks, same per layer |
| the densities of the layers matter           | \`random-mask-global\`, \`smart-ratios\`                      |
| the signs of the initial weights matter      | \`constant-same-sign\` beside \`constant\`, and their like    |
| the criterion prunes better than chance      | criterion \`random\` at the same densities                  |

Claim nothing whose control was not run. Run at least \`random-reinit\` and \`random-mask\` beside tickets.

## 3. Choose replicates: they are the error bar

- One replicate: a look, no verdict. Three: an interval. Five: what Frankle & Carbin (2019) have.
- Controls and tickets need the same number, and the same steps.
- When a verdict is not settled, it says how many replicates would probably settle it. That is the next experiment; stopping as soon as
  a difference appears is not.

## 4. Ask for the cost first

- \`ticketlab_cost\` before \`ticketlab_run\`, always; tell the user trainings, steps, time and disk, and wait for a yes.
- Too dear? Take fewer levels or densities first, then fewer steps, then a smaller preset. Not fewer replicates than three, and never no controls.
- Fewer steps than the paper's change the question: every result lists that as a deviation. Repeat it in every sentence about the result.

## 5. Rewinding, where tickets fail

- Deep networks often have no winning tickets at initialization. Before saying so, rewind to a step k > 0 (\`rewindTo\`), and look at
  \`instability\` at that k: tickets match where they are stable (Frankle et al. 2020).
- Compare rewinding with fine-tuning and with learning-rate rewinding at the same number of training steps in all.

## 6. Report verdicts with their intervals

- Quote what \`ticketlab_results\` says, and add replicates and density: "+0.31 matching, settled [95%: +0.05 to +0.57], 5 replicates, 13.5% of
  the weights remaining". Not "better".
- Not settled means not known. Do not report it as "no difference" or as "slightly better".
- Say what deviates from the paper, which control was beaten and by how much, and which was not run.
- Early stop is the minimum of the validation loss. The test split decides nothing.
- Give the digest of each experiment: \`lab.stored('...')\` opens it again.
`,
} as const

/** The skill as a file SKILL.md. */
export function skillFile(): string {
  const { name, description, text } = skill
  return `---\nname: ${name}\ndescription: '${description.replaceAll("'", "''")}'\n---\n\n${text}`
}
