# editors.mk - what editors and shells know of netc, made from its tables. install.sh puts them where they are sought.

EDITOR_FILES := $(addprefix $(B)/editors/,vim/syntax/net.vim vim/ftdetect/net.vim vim/ftplugin/net.vim \
    vscode/syntaxes/net.tmLanguage.json vscode/package.json vscode/language-configuration.json) \
    $(addprefix $(B)/completions/,netc _netc netc.fish)

all: $(EDITOR_FILES)

$(B)/editors.o: compiler/tools/editors/editors.c
	@mkdir -p $(@D)
	$(CC) $(FLAGS) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

$(B)/make-editors: $(B)/editors.o $(B)/compiler/ast/rows.o
	$(CC) $(LDFLAGS) -o $@ $^ -lm

$(B)/editors/vim/syntax/net.vim: WHAT := vim-syntax
$(B)/editors/vim/ftdetect/net.vim: WHAT := vim-filetype
$(B)/editors/vim/ftplugin/net.vim: WHAT := vim-plugin
$(B)/editors/vscode/syntaxes/net.tmLanguage.json: WHAT := textmate
$(B)/editors/vscode/package.json: WHAT := vscode-package
$(B)/editors/vscode/language-configuration.json: WHAT := vscode-configuration

$(B)/editors/%: $(B)/make-editors
	@mkdir -p $(@D)
	$(B)/make-editors $(WHAT) > $@

$(B)/completions/netc: SHELL_NAME := bash
$(B)/completions/_netc: SHELL_NAME := zsh
$(B)/completions/netc.fish: SHELL_NAME := fish

$(B)/completions/%: $(B)/bin/netc
	@mkdir -p $(@D)
	$(B)/bin/netc completion $(SHELL_NAME) > $@

-include $(B)/editors.d
