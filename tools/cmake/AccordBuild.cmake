# Flags and helpers shared by every target.
set(CMAKE_CXX_STANDARD 17)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()

find_program(ACCORD_CCACHE ccache)
if(ACCORD_CCACHE)
  # Of files that use a precompiled header ccache keeps nothing without this sloppiness: macros that are defined before it, and
  # times, which no file of ours uses, are not looked at. Paths below the sources count from the build folder, so that
  # another folder, or checkout, finds what this one compiled (debug information names the one that did). Of clang's files with
  # a precompiled header only the same folder does, since CMake gives its path in a way that ccache does not see.
  set(ACCORD_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros
      CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${ACCORD_CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${ACCORD_LAUNCHER})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${ACCORD_LAUNCHER})
endif()
find_program(ACCORD_LLD NAMES ld.lld-19 ld.lld)
if(ACCORD_LLD)
  # By path: g++ knows only the unversioned name.
  get_filename_component(ACCORD_LLD_DIR ${ACCORD_LLD} REALPATH)
  get_filename_component(ACCORD_LLD_DIR ${ACCORD_LLD_DIR} DIRECTORY)
  add_link_options(-fuse-ld=lld -B${ACCORD_LLD_DIR})
endif()

# Exact mode is the meaning of a program: no compiler may fuse a multiply and an add
# (numerics contract, sim/golden/README.md), and both g++ and clang do so by default.
# A switch that misses a case is an error: the ISA grows by that (sim/isa/README.md).
add_compile_options(-ffp-contract=off -Wall -Wextra -Wno-unused-parameter -Werror=switch)
if(ACCORD_SANITIZE)
  # Without vptr: its checks ask for the type information of LLVM's classes, which Debian's library has none of.
  add_compile_options(-fsanitize=${ACCORD_SANITIZE} -fno-sanitize=vptr -fno-sanitize-recover=all
                      -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${ACCORD_SANITIZE})
endif()
if(ACCORD_ENABLE_FUZZERS)
  if(NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    message(FATAL_ERROR "expected clang for ACCORD_ENABLE_FUZZERS, got ${CMAKE_CXX_COMPILER_ID}; use --preset asan")
  endif()
  # Coverage feedback from every library, libFuzzer's main only in the fuzz targets.
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
include_directories(${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR} ${PROJECT_SOURCE_DIR}/runtime/include)

# accord_library(NAME SOURCES a.cpp ... [LINK lib ...]): a static library of this folder.
function(accord_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_link_libraries(${name} PUBLIC ${ARG_LINK})
  set_property(GLOBAL APPEND PROPERTY ACCORD_LIBRARIES ${name})
endfunction()

# accord_tool(NAME SOURCES a.cpp ... [LINK lib ...]): an executable in <build>/bin, installed.
function(accord_tool name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_LINK})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)
  set_property(GLOBAL APPEND PROPERTY ACCORD_TOOLS ${name})
endfunction()

# accord_unit_test(NAME LABEL suite [PRECOMPILED] SOURCES a.cpp ... [LINK lib ...]): one Catch2 executable, one ctest entry.
# PRECOMPILED: its sources include much of MLIR, and begin with its precompiled header (AccordMLIR.cmake).
# Sources hold TEST_CASEs only; the main function is AccordCatchMain (test/catch_main.cpp), compiled once.
function(accord_unit_test name)
  cmake_parse_arguments(ARG "PRECOMPILED" "LABEL" "SOURCES;LINK" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE AccordCatchMain ${ARG_LINK})
  if(ARG_PRECOMPILED)
    accord_precompiled(${name})
  endif()
  if(ACCORD_SANITIZE)
    # A test that would take too long may run fewer of its cases, and says how many.
    target_compile_definitions(${name} PRIVATE ACCORD_SANITIZE)
  endif()
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/test-bin)
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES LABELS "${ARG_LABEL}" TIMEOUT 600
    ENVIRONMENT "ACCORD_BUILD_DIR=${PROJECT_BINARY_DIR};ACCORD_SOURCE_DIR=${PROJECT_SOURCE_DIR}")
endfunction()

# accord_fuzzer(NAME CORPUS folder SOURCES a.cpp ... [LINK lib ...]): one libFuzzer target, <build>/fuzz/NAME, when
# fuzzers are enabled; and on every compiler the ctest NAME_corpus (label fuzz) that runs its corpus. Sources say what
# test/fuzz/fuzz_target.h asks for. The corpus is test/fuzz/<folder>; tools/test.sh finds it by the file NAME.corpus
# beside the target.
function(accord_fuzzer name)
  cmake_parse_arguments(ARG "" "CORPUS" "SOURCES;LINK" ${ARGN})
  set(corpus ${CMAKE_CURRENT_SOURCE_DIR}/${ARG_CORPUS})
  add_library(${name}_target OBJECT ${ARG_SOURCES})
  target_link_libraries(${name}_target PUBLIC AccordFuzzTarget ${ARG_LINK})
  add_executable(${name}_corpus ${PROJECT_SOURCE_DIR}/test/fuzz/corpus_main.cpp)
  target_link_libraries(${name}_corpus PRIVATE ${name}_target)
  set_target_properties(${name}_corpus PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/test-bin)
  add_test(NAME ${name}_corpus COMMAND ${name}_corpus ${corpus})
  set_tests_properties(${name}_corpus PROPERTIES LABELS fuzz TIMEOUT 300)
  set_property(GLOBAL APPEND PROPERTY ACCORD_FUZZERS ${name}_corpus)
  if(ACCORD_ENABLE_FUZZERS)
    add_executable(${name} ${PROJECT_SOURCE_DIR}/test/fuzz/libfuzzer_main.cpp)
    target_link_libraries(${name} PRIVATE ${name}_target)
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
    set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/fuzz)
    file(WRITE ${PROJECT_BINARY_DIR}/fuzz/${name}.corpus "${corpus}\n")
    set_property(GLOBAL APPEND PROPERTY ACCORD_FUZZERS ${name})
  endif()
endfunction()
