# Compiler settings of every target, as one INTERFACE target.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_LINK_DEPENDS_NO_SHARED ON)

add_library(reconcile_settings INTERFACE)
target_include_directories(reconcile_settings INTERFACE
  ${PROJECT_SOURCE_DIR}/include ${PROJECT_SOURCE_DIR})
target_compile_options(reconcile_settings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wundef
  $<$<CONFIG:Release>:-g1 -fno-plt -ffunction-sections -fdata-sections>)
target_link_options(reconcile_settings INTERFACE $<$<CONFIG:Release>:-Wl,--gc-sections>)

option(RECONCILE_WARNINGS_AS_ERRORS "Fail on warnings" OFF)
if(RECONCILE_WARNINGS_AS_ERRORS)
  target_compile_options(reconcile_settings INTERFACE -Werror)
endif()

set(RECONCILE_SANITIZERS "" CACHE STRING "Comma list for -fsanitize, e.g. address,undefined")
if(RECONCILE_SANITIZERS)
  target_compile_options(reconcile_settings INTERFACE
    -fsanitize=${RECONCILE_SANITIZERS} -fno-omit-frame-pointer -fno-sanitize-recover=all
    # GCC 12 sees uninitialised reads in <regex> and <optional> where there are none.
    $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
  if(RECONCILE_SANITIZERS STREQUAL "thread")
    # Boost.Asio uses fences that the thread sanitizer does not model.
    target_compile_options(reconcile_settings INTERFACE -Wno-tsan)
  endif()
  target_link_options(reconcile_settings INTERFACE -fsanitize=${RECONCILE_SANITIZERS})
endif()

# Every source counts the edges it takes; only the fuzz programs link libFuzzer's main.
if(RECONCILE_FUZZERS)
  target_compile_options(reconcile_settings INTERFACE -fsanitize=fuzzer-no-link)
  target_link_options(reconcile_settings INTERFACE -fsanitize=fuzzer-no-link)
endif()

find_program(MOLD_PROGRAM mold)
if(MOLD_PROGRAM)
  target_link_options(reconcile_settings INTERFACE -fuse-ld=mold)
endif()

# reconcile_archive(NAME LIBRARY): the target reconcile_NAME links lib<LIBRARY>.a into targets that set
# RECONCILE_ARCHIVES (the program, so that starting it loads nothing) and lib<LIBRARY>.so into all others
# (Debian's archives are not all position-independent, so they cannot be part of the agent library).
define_property(TARGET PROPERTY RECONCILE_ARCHIVES
  BRIEF_DOCS "Link archives in place of shared libraries where there are both")
function(reconcile_archive name library)
  find_library(RECONCILE_${name}_ARCHIVE NAMES lib${library}.a REQUIRED)
  find_library(RECONCILE_${name}_SHARED NAMES lib${library}.so REQUIRED)
  add_library(reconcile_${name} INTERFACE)
  target_link_libraries(reconcile_${name} INTERFACE
    $<IF:$<BOOL:$<TARGET_PROPERTY:RECONCILE_ARCHIVES>>,${RECONCILE_${name}_ARCHIVE},${RECONCILE_${name}_SHARED}>)
endfunction()
reconcile_archive(crypto crypto)
reconcile_archive(re2 re2)
reconcile_archive(libyaml yaml)
reconcile_archive(zstd zstd)
reconcile_archive(zlib z)
