# Installs libraries, headers, tools and data, and writes AccordConfig.cmake for find_package(Accord).
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# What it installs is the target `installed`. `cmake --install` builds nothing, and stops before it writes anything when a
# part is missing: its rules stand here alone, and the first of them looks.
#
# Exported are the libraries whose whole closure a consumer can find: ours, yaml-cpp, threads, and for the component
# MLIR also MLIR and LLVM. Others (the SystemC system, for one) work inside the accord tool only, and are left out.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

# All libraries that LIB links, ours followed through, into OUT.
function(accord_link_closure lib out)
  set(todo ${lib})
  set(done)
  while(todo)
    list(POP_FRONT todo item)
    if(item IN_LIST done)
      continue()
    endif()
    list(APPEND done ${item})
    if(item MATCHES "^Accord" AND TARGET ${item})
      get_target_property(links ${item} LINK_LIBRARIES)
      if(links)
        list(APPEND todo ${links})
      endif()
    endif()
  endwhile()
  set(${out} ${done} PARENT_SCOPE)
endfunction()

get_property(accord_libraries GLOBAL PROPERTY ACCORD_LIBRARIES)
get_property(accord_tools GLOBAL PROPERTY ACCORD_TOOLS)
list(FILTER accord_tools INCLUDE REGEX "^accord") # Helpers of developers and tests stay in the build folder.
set(exported)
foreach(lib IN LISTS accord_libraries)
  get_target_property(folder ${lib} SOURCE_DIR)
  if(folder MATCHES "^${PROJECT_SOURCE_DIR}/(test|tools/dev)/")
    continue()
  endif()
  accord_link_closure(${lib} closure)
  list(REMOVE_ITEM closure ${accord_libraries})
  set(foreign ${closure})
  list(REMOVE_ITEM foreign yaml-cpp Threads::Threads "${CMAKE_DL_LIBS}")
  set(from_mlir ${foreign})
  list(FILTER from_mlir INCLUDE REGEX "^(MLIR|LLVM)")
  list(FILTER foreign EXCLUDE REGEX "^(MLIR|LLVM)")
  if(foreign)
    message(STATUS "not exported: ${lib} (${foreign})")
    continue()
  endif()
  set(export AccordTargets)
  if(from_mlir)
    set(export AccordMLIRTargets)
  endif()
  string(REGEX REPLACE "^Accord" "" name ${lib})
  set_target_properties(${lib} PROPERTIES EXPORT_NAME ${name})
  # "accord/error.h" and "sim/golden/quantize.h", as inside the tree. The option keeps inline exact functions exact.
  target_include_directories(${lib} INTERFACE
    $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/accord>)
  target_compile_options(${lib} INTERFACE $<INSTALL_INTERFACE:-ffp-contract=off>)
  target_compile_features(${lib} INTERFACE $<INSTALL_INTERFACE:cxx_std_17>)
  list(APPEND exported ${lib})
  list(APPEND of_${export} ${lib})
endforeach()

set(parts ${exported} ${accord_tools})
add_custom_target(installed)
add_dependencies(installed ${parts})
list(TRANSFORM parts PREPEND "$<TARGET_FILE:")
list(TRANSFORM parts APPEND ">")
list(JOIN parts "\" \"" files)
install(CODE "foreach(file IN ITEMS \"${files}\")
  if(NOT EXISTS \"\${file}\")
    message(FATAL_ERROR \"expected \${file}, got no such file; build what is installed:
  cmake --build ${PROJECT_BINARY_DIR} --target installed\")
  endif()
endforeach()")

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/Accord)
foreach(export AccordTargets AccordMLIRTargets)
  if(of_${export})
    install(TARGETS ${of_${export}} EXPORT ${export} ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
    install(EXPORT ${export} NAMESPACE Accord:: DESTINATION ${package_dir})
  endif()
endforeach()
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/AccordConfig.cmake.in ${PROJECT_BINARY_DIR}/AccordConfig.cmake
  INSTALL_DESTINATION ${package_dir} PATH_VARS CMAKE_INSTALL_DATADIR)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/AccordConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/AccordConfig.cmake ${PROJECT_BINARY_DIR}/AccordConfigVersion.cmake
  DESTINATION ${package_dir})

install(DIRECTORY runtime/include/accord DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h")
install(DIRECTORY sim DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/accord FILES_MATCHING PATTERN "*.h")
if(ACCORD_ENABLE_MLIR)
  install(DIRECTORY dialects mlir DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/accord
    FILES_MATCHING PATTERN "*.h" PATTERN "*.td")
  install(DIRECTORY ${PROJECT_BINARY_DIR}/dialects ${PROJECT_BINARY_DIR}/mlir
    DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/accord FILES_MATCHING PATTERN "*.h.inc" PATTERN "CMakeFiles" EXCLUDE)
endif()
install(DIRECTORY rtl/ DESTINATION ${CMAKE_INSTALL_DATADIR}/accord/rtl
  FILES_MATCHING PATTERN "*.sv" PATTERN "*.f" PATTERN "*.vlt"
  PATTERN cosim EXCLUDE PATTERN formal EXCLUDE PATTERN synth EXCLUDE)
install(DIRECTORY models DESTINATION ${CMAKE_INSTALL_DATADIR}/accord)
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DATADIR}/accord)
install(TARGETS ${accord_tools} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
