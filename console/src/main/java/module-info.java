/** The console of Weir: a page and JSON for operators. Nothing imports it. */
module io.weir.console {
    requires io.weir;
    requires static jakarta.servlet;
}
