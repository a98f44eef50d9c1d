# Installs a build into an empty prefix, then builds and runs a project that knows nothing but the prefix.
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
run(ignored ${CMAKE_COMMAND} --install ${BUILD} --prefix ${prefix})

# Copied out of the tree, so that no relative path leads back into it.
file(COPY ${SOURCE}/test/tools/consumer DESTINATION ${WORK})
run(ignored ${CMAKE_COMMAND} -G Ninja -S ${WORK}/consumer -B ${WORK}/build -DCMAKE_PREFIX_PATH=${prefix}
    -DCMAKE_CXX_COMPILER=${CXX} -DCONSUMER_MLIR=${MLIR})
run(ignored ${CMAKE_COMMAND} --build ${WORK}/build)
run(text ${WORK}/build/consumer)
expect("${text}" "lut-edge: 51.2 bytes a cycle, codes 127 -127 0 1")
if(MLIR)
  run(text ${WORK}/build/consumer-opt)
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
list(LENGTH exported count)
message(STATUS "installed, consumed, and ${count} exported files checked")
