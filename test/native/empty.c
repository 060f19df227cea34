/* A library with nothing in it, for tests of what libraries are linked to. */
int preflight_test_nothing;
