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
  set(CMAKE_C_COMPILER_LAUNCHER ${ACCORD_CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${ACCORD_CCACHE})
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
add_compile_options(-ffp-contract=off -Wall -Wextra -Wno-unused-parameter)
if(ACCORD_SANITIZE)
  add_compile_options(-fsanitize=${ACCORD_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${ACCORD_SANITIZE})
endif()
include_directories(${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR} ${PROJECT_SOURCE_DIR}/runtime/include)

# accord_library(NAME SOURCES a.cpp ... [LINK lib ...]): a static library of this folder.
function(accord_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_link_libraries(${name} PUBLIC ${ARG_LINK})
  set_property(GLOBAL APPEND PROPERTY ACCORD_LIBRARIES ${name})
endfunction()

# accord_tool(NAME SOURCES a.cpp ... [LINK lib ...]): an executable in <build>/bin.
function(accord_tool name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_LINK})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)
endfunction()

# accord_unit_test(NAME LABEL suite SOURCES a.cpp ... [LINK lib ...]): one Catch2 executable, one ctest entry.
# Sources hold TEST_CASEs only; the main function is AccordCatchMain (test/catch_main.cpp), compiled once.
function(accord_unit_test name)
  cmake_parse_arguments(ARG "" "LABEL" "SOURCES;LINK" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE AccordCatchMain ${ARG_LINK})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/test-bin)
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES LABELS "${ARG_LABEL}" TIMEOUT 600
    ENVIRONMENT "ACCORD_BUILD_DIR=${PROJECT_BINARY_DIR};ACCORD_SOURCE_DIR=${PROJECT_SOURCE_DIR}")
endfunction()
