# Targets `format` (writes) and `check_format` (fails on a difference); the formatter's version is pinned.
find_program(CLANG_FORMAT_PROGRAM clang-format-16)
if(CLANG_FORMAT_PROGRAM)
  file(GLOB_RECURSE RECONCILE_FORMATTED CONFIGURE_DEPENDS
    ${PROJECT_SOURCE_DIR}/base/*.[ch]pp ${PROJECT_SOURCE_DIR}/sources/*.[ch]pp
    ${PROJECT_SOURCE_DIR}/renderers/*.[ch]pp ${PROJECT_SOURCE_DIR}/diff/*.[ch]pp
    ${PROJECT_SOURCE_DIR}/appliers/*.[ch]pp ${PROJECT_SOURCE_DIR}/engine/*.[ch]pp
    ${PROJECT_SOURCE_DIR}/include/*.hpp ${PROJECT_SOURCE_DIR}/test/*.[ch]pp)
  add_custom_target(format COMMAND ${CLANG_FORMAT_PROGRAM} -i ${RECONCILE_FORMATTED})
  add_custom_target(check_format
    COMMAND ${CLANG_FORMAT_PROGRAM} --dry-run --Werror ${RECONCILE_FORMATTED})
endif()
