# SPDX-License-Identifier: GPL-3.0-or-later
# tenk_dependencies: the libraries the simulator stands on. All that are missing are told at once, with
# the Debian packages that hold them.

set(tenk_missing "")
set(tenk_missing_packages "")

macro(tenk_need found what package)
    if(NOT ${found})
        string(APPEND tenk_missing "\n  ${what} (Debian package ${package})")
        string(APPEND tenk_missing_packages " ${package}")
    endif()
endmacro()

find_package(PkgConfig QUIET)
tenk_need(PKG_CONFIG_FOUND "pkg-config" pkg-config)
if(PKG_CONFIG_FOUND)
    pkg_check_modules(GSL QUIET IMPORTED_TARGET gsl)
    pkg_check_modules(LIBCONFIG QUIET IMPORTED_TARGET libconfig)
    pkg_check_modules(CMOCKA QUIET IMPORTED_TARGET cmocka)
endif()
tenk_need(GSL_FOUND "the GNU Scientific Library" libgsl-dev)
tenk_need(LIBCONFIG_FOUND "libconfig" libconfig-dev)

find_package(ZLIB QUIET)
tenk_need(ZLIB_FOUND "zlib" zlib1g-dev)

# These two come without a pkg-config file.
find_path(CSV_INCLUDE_DIR csv.h)
find_library(CSV_LIBRARY csv)
if(CSV_INCLUDE_DIR AND CSV_LIBRARY)
    set(CSV_FOUND TRUE)
endif()
tenk_need(CSV_FOUND "libcsv" libcsv-dev)
find_path(RANDOM123_INCLUDE_DIR Random123/philox.h)
tenk_need(RANDOM123_INCLUDE_DIR "the Random123 headers" librandom123-dev)

if(tenk_missing)
    message(FATAL_ERROR "tenk cannot be built without:${tenk_missing}\n"
        "On Debian: apt-get install${tenk_missing_packages}\n")
endif()

add_library(tenk_dependencies INTERFACE)
target_include_directories(tenk_dependencies SYSTEM INTERFACE ${CSV_INCLUDE_DIR} ${RANDOM123_INCLUDE_DIR})
target_link_libraries(tenk_dependencies INTERFACE
    PkgConfig::GSL PkgConfig::LIBCONFIG ZLIB::ZLIB ${CSV_LIBRARY} m)

find_package(OpenMP QUIET COMPONENTS C)
if(OpenMP_C_FOUND)
    target_link_libraries(tenk_dependencies INTERFACE OpenMP::OpenMP_C)
else()
    message(NOTICE "OpenMP not found: studies run on one thread (for clang: Debian package libomp-14-dev)")
    target_compile_options(tenk_dependencies INTERFACE -Wno-unknown-pragmas)
endif()

# Optional: studies over several machines.
set(TENK_MPI_FOUND FALSE)
if(NOT TENK_MPI STREQUAL OFF)
    find_package(MPI QUIET COMPONENTS C)
    if(MPI_C_FOUND)
        set(TENK_MPI_FOUND TRUE)
    elseif(TENK_MPI STREQUAL ON)
        message(FATAL_ERROR "TENK_MPI=ON, and there is no MPI (Debian packages libopenmpi-dev, openmpi-bin)")
    else()
        message(STATUS "MPI not found: no tenk-mpi (optional; Debian packages libopenmpi-dev, openmpi-bin)")
    endif()
endif()
