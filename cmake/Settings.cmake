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
    -fsanitize=${RECONCILE_SANITIZERS} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(reconcile_settings INTERFACE -fsanitize=${RECONCILE_SANITIZERS})
endif()

find_program(MOLD_PROGRAM mold)
if(MOLD_PROGRAM)
  target_link_options(reconcile_settings INTERFACE -fuse-ld=mold)
endif()
