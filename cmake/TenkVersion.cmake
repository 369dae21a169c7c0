# SPDX-License-Identifier: GPL-3.0-or-later
# tenk_version.h: the version and the commit that results are signed with.
#
# The commit changes without any source changing, so the header is looked at in every build; it is
# rewritten only when it differs, so only its few readers are compiled again.
# This file is both: included, it makes the target; run with -P, it writes the header.

if(NOT CMAKE_SCRIPT_MODE_FILE)
    find_package(Git QUIET)
    set(TENK_GENERATED_DIR ${CMAKE_BINARY_DIR}/generated)
    add_custom_target(tenk_version
        COMMAND ${CMAKE_COMMAND} -DVERSION=${PROJECT_VERSION} -DSOURCE=${CMAKE_SOURCE_DIR}
                -DHEADER=${TENK_GENERATED_DIR}/tenk_version.h "-DGIT=${GIT_EXECUTABLE}"
                -P ${CMAKE_CURRENT_LIST_FILE}
        BYPRODUCTS ${TENK_GENERATED_DIR}/tenk_version.h
        COMMENT "tenk_version.h" VERBATIM)
    return()
endif()

# Without optional locks a build never gets in the way of a commit made at the same moment.
function(git result output)
    execute_process(COMMAND ${GIT} --no-optional-locks ${ARGN} WORKING_DIRECTORY ${SOURCE}
        RESULT_VARIABLE status OUTPUT_VARIABLE text ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE)
    set(${result} "${status}" PARENT_SCOPE)
    set(${output} "${text}" PARENT_SCOPE)
endfunction()

set(commit unknown)
# An unpacked archive may lie inside somebody else's repository: EXISTS keeps us to our own.
if(GIT AND EXISTS ${SOURCE}/.git)
    git(status hash rev-parse --short=12 HEAD)
    if(status EQUAL 0)
        set(commit ${hash})
        git(differs ignored diff --quiet HEAD)
        # The build takes every file in sim/, known to git or not.
        git(ignored strangers ls-files --others --exclude-standard -- sim)
        if(NOT differs EQUAL 0 OR strangers)
            string(APPEND commit -dirty)
        endif()
    endif()
endif()

set(text "#define TENK_VERSION \"${VERSION}\"\n#define TENK_COMMIT \"${commit}\"\n")
set(old "")
if(EXISTS ${HEADER})
    file(READ ${HEADER} old)
endif()
if(NOT text STREQUAL old)
    file(WRITE ${HEADER} "${text}")
endif()
