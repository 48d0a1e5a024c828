# install.mk - make install, make uninstall. PREFIX is where netc will run from; DESTDIR stages it below
# another folder.

.PHONY: install uninstall
install: all
	@scripts/install.sh install '$(PREFIX)' '$(DESTDIR)'

uninstall:
	@scripts/install.sh uninstall '$(PREFIX)' '$(DESTDIR)'
