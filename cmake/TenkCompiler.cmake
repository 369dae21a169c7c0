# SPDX-License-Identifier: GPL-3.0-or-later
# tenk_compiler: what every source file is compiled with.

set(CMAKE_C_STANDARD 17)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

add_library(tenk_compiler INTERFACE)
target_compile_definitions(tenk_compiler INTERFACE _GNU_SOURCE)
target_compile_options(tenk_compiler INTERFACE
    # GNU mode would fuse a*b+c where the machine can: other digits on another machine.
    -ffp-contract=off
    # Assertions name a file by its place in the tree, not on the builder's disk.
    -fmacro-prefix-map=${CMAKE_SOURCE_DIR}/=
    -Wall -Wextra -Wpedantic -Wconversion -Wshadow)

if(TENK_WERROR)
    target_compile_options(tenk_compiler INTERFACE -Werror)
endif()

if(TENK_SANITIZE)
    # The first finding ends the program, so that no test can pass over it.
    set(sanitize -fsanitize=${TENK_SANITIZE} -fno-sanitize-recover=all)
    target_compile_options(tenk_compiler INTERFACE ${sanitize} -fno-omit-frame-pointer)
    target_link_options(tenk_compiler INTERFACE ${sanitize})
endif()
