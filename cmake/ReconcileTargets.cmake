# reconcile_library(NAME SOURCES a.cpp … [PUBLIC targets] [PRIVATE targets])
# One static, position-independent library per folder, named reconcile_<name>. PUBLIC are dependencies
# that appear in public headers, PRIVATE those that only the sources see.
function(reconcile_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  add_library(reconcile_${name} STATIC ${ARG_SOURCES})
  target_link_libraries(reconcile_${name}
    PUBLIC reconcile_settings ${ARG_PUBLIC}
    PRIVATE ${ARG_PRIVATE})
endfunction()

# reconcile_test(NAME SOURCES a_test.cpp … LIBRARIES targets)
# One Catch2 executable test_<name>; ctest runs it whole. Hidden tags ([.integration]) stay out.
function(reconcile_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LIBRARIES" ${ARGN})
  if(NOT TARGET reconcile_test_main)
    add_library(reconcile_test_main STATIC ${PROJECT_SOURCE_DIR}/test/main.cpp)
    target_link_libraries(reconcile_test_main PRIVATE reconcile_settings)
  endif()
  add_executable(test_${name} ${ARG_SOURCES})
  target_link_libraries(test_${name} PRIVATE
    reconcile_settings reconcile_test_main ${ARG_LIBRARIES})
  target_compile_definitions(test_${name} PRIVATE
    RECONCILE_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
    CATCH_CONFIG_FAST_COMPILE)
  # As in test/, also where the folder is not added there; the headers were read with it.
  target_compile_options(test_${name} PRIVATE -O0)
  if(TARGET reconcile_test_headers)
    target_precompile_headers(test_${name} REUSE_FROM reconcile_test_headers)
  endif()
  add_test(NAME ${name} COMMAND test_${name})
endfunction()
