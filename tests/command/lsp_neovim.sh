#!/bin/sh
# Neovim, without a screen, as the client of netc lsp: a mistake is told as one types, hover, rename and formatting do
# what they should. usage: lsp_neovim.sh FOLDER, with NETC= the program. Prints what went wrong, and exits 1 then.
set -u
cd "$1" || exit 1
cat > typed.net <<'CARD'
let width=4
input 8x8x1
model{
    conv width 3x3 rellu
    flatten
    dense (2*width) softmax
}
CARD
cat > session.lua <<'LUA'
local wrong = {}
local function expect(good, what) if not good then table.insert(wrong, what) end end

vim.cmd('edit typed.net')
local buffer = vim.api.nvim_get_current_buf()
local id = vim.lsp.start_client({ name = 'netc', cmd = { vim.env.NETC, 'lsp', '--stdio' } })
vim.lsp.buf_attach_client(buffer, id)
local client = vim.lsp.get_client_by_id(id)
local function told() return vim.diagnostic.get(buffer) end

vim.wait(10000, function() return #told() > 0 end, 20)
expect(#told() == 1 and told()[1].lnum == 3 and told()[1].col == 19, 'no message where the mistake is')
vim.api.nvim_buf_set_text(buffer, 3, 19, 3, 24, { 'relu' })
vim.wait(10000, function() return #told() == 0 end, 20)
expect(#told() == 0, 'the message stays when the mistake is gone')

local function ask(method, parameters)
    parameters.textDocument = vim.lsp.util.make_text_document_params(buffer)
    local answer = client.request_sync(method, parameters, 10000, buffer)
    return answer and answer.result
end
local hover = ask('textDocument/hover', { position = { line = 3, character = 5 } })
expect(hover and hover.contents.value:find('conv1` makes 6x6x4: 40 parameters', 1, true), 'hover says nothing of conv1')
local edit = ask('textDocument/rename', { position = { line = 0, character = 5 }, newName = 'wide' })
expect(edit, 'nothing is renamed')
vim.lsp.util.apply_workspace_edit(edit, client.offset_encoding)
local edits = ask('textDocument/formatting', { options = { tabSize = 4, insertSpaces = true } })
expect(edits, 'nothing is formatted')
vim.lsp.util.apply_text_edits(edits, buffer, client.offset_encoding)
local text = table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, false), '\n')
expect(text == 'let wide=4\ninput 8x8x1\nmodel {\n    conv wide 3x3 relu\n    flatten\n    dense (2*wide) softmax\n}', text)

client.stop()
vim.wait(10000, function() return client.is_stopped() end, 20)
expect(client.is_stopped(), 'it does not stop')
for _, what in ipairs(wrong) do io.stderr:write(what, '\n') end
vim.cmd(#wrong == 0 and 'qall!' or 'cquit!')
LUA
exec timeout 60 env HOME="$1" NVIM_LOG_FILE="$1/log" nvim --clean --headless -u NONE -c "luafile session.lua" -c cquit! </dev/null
