# SPDX-License-Identifier: GPL-3.0-or-later
# Tests and benches are found by their file names; nobody keeps a list.

# tests/base/test_text.c and tests/command/test_errors.sh are the tests base/text and command/errors.
function(tenk_test_name result file)
    get_filename_component(folder ${file} DIRECTORY)
    get_filename_component(name ${file} NAME_WE)
    string(REGEX REPLACE "^test_" "" name ${name})
    if(folder)
        set(name ${folder}/${name})
    endif()
    if(TEST ${name}) # a script beside a C test of the same name
        set(name ${name}.sh)
    endif()
    set(${result} ${name} PARENT_SCOPE)
endfunction()

function(tenk_test_properties name)
    set_tests_properties(${name} PROPERTIES
        ENVIRONMENT "TENK_BIN=${CMAKE_BINARY_DIR}/tenk;TENK_SOURCE=${CMAKE_SOURCE_DIR}"
        TIMEOUT 600
        SKIP_RETURN_CODE 77)
endfunction()

# Test programs may include headers by their place in tests/, and share the sources in tests/support/.
function(tenk_add_tests root)
    set(root ${CMAKE_SOURCE_DIR}/${root})
    file(GLOB_RECURSE programs RELATIVE ${root} CONFIGURE_DEPENDS ${root}/test_*.c)
    file(GLOB_RECURSE scripts RELATIVE ${root} CONFIGURE_DEPENDS ${root}/test_*.sh)
    file(GLOB support CONFIGURE_DEPENDS ${root}/support/*.c)

    if(CMOCKA_FOUND)
        add_library(tenk_test_support INTERFACE)
        target_include_directories(tenk_test_support INTERFACE ${root})
        target_link_libraries(tenk_test_support INTERFACE tenk_core PkgConfig::CMOCKA)
        if(support)
            add_library(tenk_test_sources STATIC ${support})
            target_include_directories(tenk_test_sources PUBLIC ${root})
            target_link_libraries(tenk_test_sources PUBLIC tenk_core PkgConfig::CMOCKA)
            target_link_libraries(tenk_test_support INTERFACE tenk_test_sources)
        endif()
        foreach(file IN LISTS programs)
            tenk_test_name(name ${file})
            string(REPLACE / _ target test_${name})
            add_executable(${target} ${root}/${file})
            target_link_libraries(${target} PRIVATE tenk_test_support)
            set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
            add_test(NAME ${name} COMMAND ${target})
            tenk_test_properties(${name})
        endforeach()
    else()
        message(NOTICE "cmocka not found: the C tests are not built (Debian package libcmocka-dev)")
    endif()

    foreach(file IN LISTS scripts)
        tenk_test_name(name ${file})
        add_test(NAME ${name} COMMAND bash ${root}/${file})
        tenk_test_properties(${name})
    endforeach()
endfunction()

# bench/calendar.c becomes <build>/bench/bench_calendar, built by the target `bench` only.
function(tenk_add_benches root)
    file(GLOB files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${root}/*.c)
    add_custom_target(bench DEPENDS tenk)
    foreach(file IN LISTS files)
        get_filename_component(name ${file} NAME_WE)
        string(REGEX REPLACE "^bench_" "" name ${name})
        add_executable(bench_${name} EXCLUDE_FROM_ALL ${file})
        target_link_libraries(bench_${name} PRIVATE tenk_core)
        set_target_properties(bench_${name} PROPERTIES
            RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bench)
        add_dependencies(bench bench_${name})
    endforeach()
endfunction()
