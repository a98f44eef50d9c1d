# Installs a build into an empty prefix, then builds and runs the project of the front page, which knows the prefix alone.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# In: BUILD, SOURCE, WORK, MLIR (ON/OFF), CXX.
function(run out)
  execute_process(COMMAND ${ARGN} OUTPUT_VARIABLE text ERROR_VARIABLE problem RESULT_VARIABLE code)
  if(NOT code EQUAL 0)
    message(FATAL_ERROR "expected exit 0, got ${code}: ${ARGN}\n${text}\n${problem}")
  endif()
  set(${out} "${text}" PARENT_SCOPE)
endfunction()
function(expect text what)
  string(FIND "${text}" "${what}" at)
  if(at EQUAL -1)
    message(FATAL_ERROR "expected '${what}', got:\n${text}")
  endif()
endfunction()

set(prefix ${WORK}/prefix)
file(REMOVE_RECURSE ${WORK})

# Of a build that has nothing yet: told what to build, and nothing written.
run(ignored ${CMAKE_COMMAND} -G Ninja -S ${SOURCE} -B ${WORK}/unbuilt -DACCORD_ENABLE_MLIR=OFF -DCMAKE_CXX_COMPILER=${CXX})
execute_process(COMMAND ${CMAKE_COMMAND} --install ${WORK}/unbuilt --prefix ${prefix}
  OUTPUT_QUIET ERROR_VARIABLE problem RESULT_VARIABLE code)
expect("${problem}" "cmake --build ${WORK}/unbuilt --target installed")
if(code EQUAL 0 OR EXISTS ${prefix})
  message(FATAL_ERROR "expected an error and no ${prefix}, got exit ${code}")
endif()

run(ignored ${CMAKE_COMMAND} --install ${BUILD} --prefix ${prefix})

# The front page's project, out of the tree, so that no relative path leads back into it.
file(COPY ${SOURCE}/test/tools/consumer DESTINATION ${WORK})
file(READ ${SOURCE}/README.md page)
string(REGEX MATCHALL "```cmake\n[^`]+" blocks "${page}")
list(LENGTH blocks count)
if(NOT count EQUAL 2)
  message(FATAL_ERROR "${SOURCE}/README.md: expected 2 blocks of cmake, the second for MLIR, got ${count}")
endif()
if(NOT MLIR)
  list(POP_BACK blocks)
endif()
list(JOIN blocks "" project)
string(REPLACE "```cmake" "" project "${project}")
file(WRITE ${WORK}/consumer/CMakeLists.txt "${project}")
run(ignored ${CMAKE_COMMAND} -G Ninja -S ${WORK}/consumer -B ${WORK}/build -DCMAKE_PREFIX_PATH=${prefix}
    -DCMAKE_CXX_COMPILER=${CXX})
run(ignored ${CMAKE_COMMAND} --build ${WORK}/build)
run(text ${WORK}/build/mine)
expect("${text}" "lut-edge: 51.2 bytes a cycle, codes 127 -127 0 1")
if(MLIR)
  run(text ${WORK}/build/mine-opt)
  expect("${text}" "accel")
endif()

# The exported files name no folder of the build or of the checkout.
file(GLOB exported ${prefix}/lib*/cmake/Accord/*.cmake ${prefix}/lib/*/cmake/Accord/*.cmake)
if(NOT exported)
  message(FATAL_ERROR "expected exported CMake files below ${prefix}, got none")
endif()
foreach(file IN LISTS exported)
  file(READ ${file} text)
  string(FIND "${text}" "${SOURCE}" at)
  if(NOT at EQUAL -1)
    message(FATAL_ERROR "${file}: expected no path of the checkout, got ${SOURCE}")
  endif()
endforeach()

# The installed command works, and without the checkout.
run(text ${prefix}/bin/accord info ${prefix}/share/accord/models/hardware/lut-edge.yaml)
expect("${text}" "lut_array.n")
# By name, too: of a machine that only the prefix has.
file(READ ${prefix}/share/accord/models/hardware/lut-edge.yaml machine)
file(WRITE ${prefix}/share/accord/models/hardware/only-here.yaml "${machine}")
run(text ${prefix}/bin/accord info only-here)
expect("${text}" "lut_array.n")
# So is the RTL the prefix's own.
file(REMOVE ${prefix}/share/accord/rtl/lut_array/lut_array.f)
execute_process(COMMAND ${prefix}/bin/accord cosim lut_array --m 1 --n 1 --k 4 --planes 1
  OUTPUT_QUIET ERROR_VARIABLE problem)
expect("${problem}" "${prefix}/share/accord/rtl/lut_array/lut_array.f: expected a readable RTL source")
list(LENGTH exported count)
message(STATUS "installed, consumed, and ${count} exported files checked")
