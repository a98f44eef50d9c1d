# MLIR 19 from Debian: everything links the dylib, never the static archives (mixing them duplicates
# command-line options and type identities).
set(MLIR_DIR /usr/lib/llvm-19/lib/cmake/mlir CACHE PATH "MLIR 19 CMake package")
find_package(MLIR REQUIRED CONFIG)
if(NOT LLVM_VERSION_MAJOR EQUAL 19)
  message(FATAL_ERROR "expected LLVM/MLIR 19 in ${MLIR_DIR}, found ${LLVM_PACKAGE_VERSION}")
endif()
list(APPEND CMAKE_MODULE_PATH ${MLIR_CMAKE_DIR} ${LLVM_CMAKE_DIR})
# LLVM's tablegen function names its outputs from the build folder, as Ninja reads them. Rewritten by CMake, as from the
# folder of the target, every dependency file names an output that does not exist: each build would run all of it again.
cmake_policy(SET CMP0116 OLD)
include(TableGen)
include(AddLLVM)
include(AddMLIR)
include_directories(SYSTEM ${LLVM_INCLUDE_DIRS} ${MLIR_INCLUDE_DIRS})
add_definitions(${LLVM_DEFINITIONS})
link_directories(${LLVM_LIBRARY_DIR})
# libMLIR.so stands outside the loader's path.
set(CMAKE_BUILD_RPATH ${LLVM_LIBRARY_DIR})
set(CMAKE_INSTALL_RPATH ${LLVM_LIBRARY_DIR})

set(ACCORD_MLIR_LIBS MLIR LLVM)

# One precompiled header of MLIR's most used headers, shared by every MLIR library and its tests: it halves the time of a
# translation unit here.
add_library(AccordMLIRPch STATIC ${PROJECT_SOURCE_DIR}/tools/cmake/mlir_pch.cpp)
target_precompile_headers(AccordMLIRPch PRIVATE <tools/cmake/mlir_pch.h>)
# What ccache asks for: the header by its name in preprocessed text (GCC), and the same header of the same bytes (clang).
set(ACCORD_PCH_OPTIONS $<IF:$<CXX_COMPILER_ID:GNU>,-fpch-preprocess,SHELL:-Xclang -fno-pch-timestamp>)
target_compile_options(AccordMLIRPch PRIVATE "${ACCORD_PCH_OPTIONS}")

# accord_precompiled(TARGET): its files begin with that header.
function(accord_precompiled target)
  target_precompile_headers(${target} REUSE_FROM AccordMLIRPch)
  # As the header: files of programs would be compiled with -fPIE.
  target_compile_options(${target} PRIVATE -fPIC "${ACCORD_PCH_OPTIONS}")
endfunction()

# accord_mlir_library(NAME SOURCES ... [LINK ...] [DEPENDS tablegen targets ...])
function(accord_mlir_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK;DEPENDS" ${ARGN})
  accord_library(${name} SOURCES ${ARG_SOURCES} LINK ${ARG_LINK} ${ACCORD_MLIR_LIBS})
  accord_precompiled(${name})
  if(ARG_DEPENDS)
    add_dependencies(${name} ${ARG_DEPENDS})
  endif()
endfunction()

# accord_tablegen(TARGET FILE.td [out.inc "flag ..."]... [GENERATED included.td ...]): one target that runs mlir-tblgen
# for each pair, after what it includes out of the build folder has been written.
function(accord_tablegen target td)
  cmake_parse_arguments(ARG "" "" "GENERATED" ${ARGN})
  set(LLVM_TARGET_DEFINITIONS ${td})
  set(args ${ARG_UNPARSED_ARGUMENTS})
  list(LENGTH args n)
  set(i 0)
  while(i LESS n)
    list(GET args ${i} out)
    math(EXPR i "${i}+1")
    list(GET args ${i} flags)
    math(EXPR i "${i}+1")
    separate_arguments(flags)
    mlir_tablegen(${out} ${flags} EXTRA_INCLUDES ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR} DEPENDS ${ARG_GENERATED})
  endwhile()
  add_public_tablegen_target(${target})
endfunction()
