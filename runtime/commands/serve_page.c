/* serve_page.c - the page of `serve`: a person drops a picture on it. Its script is its own, and puts whatever the server
 * says as text, never as markup. */

#include <stdio.h>
#include <stdlib.h>

#include "base/markup.h"
#include "runtime/commands/serve.h"
#include "runtime/show/page_style.h"
#include "runtime/system/fault.h"

static const char style[] =
    ".drop { display: block; margin: 20px 0; padding: 36px 20px; border: 2px dashed var(--line); border-radius: 10px;\n"
    "  background: var(--card); text-align: center; cursor: pointer; }\n"
    ".drop.over, .drop:focus-within { border-color: var(--link); }\n"
    ".drop input { position: absolute; opacity: 0; width: 1px; height: 1px; }\n"
    ".drop b { color: var(--link); }\n"
    "#answer { display: grid; grid-template-columns: minmax(0, 320px) minmax(0, 1fr); gap: 24px; align-items: start; }\n"
    "#answer img { width: 100%; }\n"
    "#answer h2 { margin-bottom: 4px; }\n"
    "#bars { width: 100%; margin-top: 12px; }\n"
    "#bars td { overflow-wrap: anywhere; }\n"
    "#bars td:not(.number) { min-width: 0; }\n"
    "#bars td.bar { width: 60%; }\n"
    "#bars i { display: block; height: 12px; min-width: 1px; border-radius: 3px; background: var(--s0); }\n"
    "#pictures { display: flex; flex-wrap: wrap; gap: 16px; align-items: start; }\n"
    "#pictures figure { margin: 0; max-width: 100%; }\n"
    ".error { color: var(--s1); }\n"
    "[hidden] { display: none !important; }\n"
    "@media (max-width: 640px) { #answer { grid-template-columns: minmax(0, 1fr); } }\n";

static const char body[] =
    "<main>\n"
    "<label class=\"drop\" id=\"drop\"><b>Choose a picture</b>, drop it here, or paste it\n"
    "<input type=\"file\" id=\"file\" accept=\"image/*\"/></label>\n"
    "<p id=\"state\" role=\"status\" aria-live=\"polite\"></p>\n"
    "<section id=\"answer\" hidden=\"hidden\"><figure><img id=\"picture\" alt=\"the picture\"/>"
    "<figcaption id=\"name\"></figcaption></figure>\n"
    "<div><h2 id=\"said\"></h2><p class=\"note\" id=\"detail\"></p><table id=\"bars\"><tbody></tbody></table></div></section>\n"
    "<section id=\"seen\" hidden=\"hidden\"><h2>What the network saw</h2><div id=\"pictures\"></div></section>\n"
    "</main>\n";

/* No '<', '&' or "]]>" in it: HTML and XML read the same. */
static const char script[] =
    "'use strict';\n"
    "const by = id => document.getElementById(id);\n"
    "let url = '', turn = 0;\n"
    "function percent(p) { return (100 * p).toFixed(1) + ' %'; }\n"
    "function cell(row, text, kind) {\n"
    "  const td = row.insertCell();\n"
    "  td.textContent = text;\n"
    "  td.className = kind;\n"
    "  return td;\n"
    "}\n"
    "function bars(pairs, shares) {\n"
    "  const rows = by('bars').tBodies[0];\n"
    "  rows.replaceChildren();\n"
    "  for (const [name, value] of pairs.slice(0, 20)) {\n"
    "    const row = rows.insertRow();\n"
    "    cell(row, name, '');\n"
    "    if (shares) {\n"
    "      const bar = document.createElement('i');\n"
    "      bar.style.width = 100 * value + '%';\n"
    "      cell(row, '', 'bar').append(bar);\n"
    "    }\n"
    "    cell(row, shares ? percent(value) : String(value), 'number');\n"
    "  }\n"
    "}\n"
    "function show(answer) {\n"
    "  const shares = answer.probabilities || answer.shares;\n"
    "  const pairs = Object.entries(shares || answer.numbers || {});\n"
    "  if (shares) pairs.sort((a, b) => b[1] - a[1]);\n"
    "  by('said').textContent = answer.class !== undefined ? answer.class\n"
    "    : answer.labels ? answer.labels.join(', ') || 'none of the labels'\n"
    "    : answer.shares ? 'of the pixels' : answer.numbers ? 'numbers' : 'given back';\n"
    "  by('detail').textContent = answer.probability !== undefined ? percent(answer.probability)\n"
    "      + (answer.threshold === undefined ? '' : ', the second class being it from ' + percent(answer.threshold) + ' on')\n"
    "    : answer.mse !== undefined ? 'mean squared difference ' + answer.mse : '';\n"
    "  bars(pairs, Boolean(shares));\n"
    "  by('answer').hidden = false;\n"
    "}\n"
    "function showPictures(list) {\n"
    "  by('pictures').replaceChildren(...list.map(one => {\n"
    "    const figure = document.createElement('figure'), image = document.createElement('img');\n"
    "    image.src = 'data:image/png;base64,' + one.png;\n"
    "    image.alt = one.title;\n"
    "    figure.append(image);\n"
    "    return figure;\n"
    "  }));\n"
    "  by('seen').hidden = list.length === 0;\n"
    "}\n"
    "async function post(path, file) {\n"
    "  const reply = await fetch(path, { method: 'POST', body: file });\n"
    "  const answer = (reply.headers.get('Content-Type') || '').startsWith('application/json')\n"
    "    ? await reply.json() : { error: (await reply.text()).trim() };\n"
    "  if (!reply.ok) throw new Error((file.name || 'the picture') + ': ' + answer.error);\n"
    "  return answer;\n"
    "}\n"
    "function say(text, kind) {\n"
    "  by('state').className = kind;\n"
    "  by('state').textContent = text;\n"
    "}\n"
    /* The answer comes at once; what the network saw takes longer, and may fail for itself. */
    "async function ask(file) {\n"
    "  const mine = ++turn;\n"
    "  let answered = false;\n"
    "  say('asking the network...', '');\n"
    "  by('seen').hidden = true;\n"
    "  try {\n"
    "    const answer = await post('predict', file);\n"
    "    if (mine !== turn) return;\n"
    "    if (url) URL.revokeObjectURL(url);\n"
    "    url = URL.createObjectURL(file);\n"
    "    by('picture').src = url;\n"
    "    by('name').textContent = file.name || '';\n"
    "    show(answer);\n"
    "    answered = true;\n"
    "    say('looking into the network...', '');\n"
    "    const look = await post('look', file);\n"
    "    if (mine !== turn) return;\n"
    "    showPictures(look.pictures);\n"
    "    say(look.notes.join(' '), 'note');\n"
    "  } catch (error) {\n"
    "    if (mine !== turn) return;\n"
    "    say(error.message, 'error');\n"
    "    if (!answered) by('answer').hidden = true;\n"
    "  }\n"
    "}\n"
    "by('file').addEventListener('change', event => {\n"
    "  if (event.target.files.length) ask(event.target.files[0]);\n"
    "  event.target.value = '';\n"
    "});\n"
    "for (const kind of ['dragenter', 'dragover', 'dragleave', 'drop'])\n"
    "  document.addEventListener(kind, event => {\n"
    "    event.preventDefault();\n"
    "    by('drop').classList.toggle('over', kind === 'dragenter' || kind === 'dragover');\n"
    "    if (kind === 'drop') if (event.dataTransfer.files.length) ask(event.dataTransfer.files[0]);\n"
    "  });\n"
    "document.addEventListener('paste', event => {\n"
    "  if (event.clipboardData.files.length) ask(event.clipboardData.files[0]);\n"
    "});\n";

char *service_page(const Service *service, size_t *length)
{
    const Program *program = service->trained.network->program;
    char *text;
    FILE *out = open_memstream(&text, length);
    if (!out)
        fault("out of memory");
    fputs("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/>\n"
          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n<title>", out);
    markup_text(out, program->job.network);
    fprintf(out, "</title>\n<style>\n%s%s</style></head>\n<body><header><h1>", page_style, style);
    markup_text(out, program->job.network);
    fputs("</h1><p>", out);
    markup_text(out, service->trained.checkpoint->path);
    fprintf(out, "</p></header>\n%s<script>\n%s</script></body></html>\n", body, script);
    fclose(out);
    return text;
}
