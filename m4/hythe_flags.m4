dnl hythe_flags.m4 - compiler and linker flags, each taken only if it works here
dnl SPDX-License-Identifier: ISC

dnl HYTHE_COMPILE_FLAGS(FLAGS): add to HYTHE_CFLAGS those the compiler knows.
AC_DEFUN([HYTHE_COMPILE_FLAGS], [m4_foreach_w([hythe_flag], [$1],
	[HYTHE_COMPILE_FLAG(m4_defn([hythe_flag]))])])

AC_DEFUN([HYTHE_COMPILE_FLAG], [
	AS_VAR_PUSHDEF([known], [hythe_cv_cflag_$1])
	AC_CACHE_CHECK([whether $CC knows $1], [known], [
		hythe_saved=$CFLAGS
		CFLAGS="$CFLAGS -Werror $1"
		AC_COMPILE_IFELSE([AC_LANG_PROGRAM], [AS_VAR_SET([known], [yes])],
			[AS_VAR_SET([known], [no])])
		CFLAGS=$hythe_saved
	])
	AS_VAR_IF([known], [yes], [AS_VAR_APPEND([HYTHE_CFLAGS], [" $1"])])
	AS_VAR_POPDEF([known])
])

dnl HYTHE_LINK_FLAGS(FLAGS): add to HYTHE_LDFLAGS those the linker knows.
AC_DEFUN([HYTHE_LINK_FLAGS], [m4_foreach_w([hythe_flag], [$1],
	[HYTHE_LINK_FLAG(m4_defn([hythe_flag]))])])

AC_DEFUN([HYTHE_LINK_FLAG], [
	AS_VAR_PUSHDEF([known], [hythe_cv_ldflag_$1])
	AC_CACHE_CHECK([whether $CC links with $1], [known], [
		hythe_saved=$LDFLAGS
		LDFLAGS="$LDFLAGS -Werror $1"
		AC_LINK_IFELSE([AC_LANG_PROGRAM], [AS_VAR_SET([known], [yes])],
			[AS_VAR_SET([known], [no])])
		LDFLAGS=$hythe_saved
	])
	AS_VAR_IF([known], [yes], [AS_VAR_APPEND([HYTHE_LDFLAGS], [" $1"])])
	AS_VAR_POPDEF([known])
])

dnl Asked for by name, so a compiler that cannot is an error.
AC_DEFUN([HYTHE_SANITIZE], [
	HYTHE_SANITIZERS="-fsanitize=address,undefined -fno-sanitize-recover=all"
	hythe_saved=$CFLAGS
	CFLAGS="$CFLAGS $HYTHE_SANITIZERS"
	AC_LINK_IFELSE([AC_LANG_PROGRAM], [],
		[AC_MSG_ERROR([$CC cannot link with $HYTHE_SANITIZERS])])
	CFLAGS=$hythe_saved
	AS_VAR_APPEND([HYTHE_CFLAGS], [" $HYTHE_SANITIZERS -fno-omit-frame-pointer"])
	AS_VAR_APPEND([HYTHE_LDFLAGS], [" $HYTHE_SANITIZERS"])
])

dnl _FORTIFY_SOURCE does nothing but warn without optimisation, and is left
dnl alone where the compiler has it already.
AC_DEFUN([HYTHE_HARDEN], [
	HYTHE_COMPILE_FLAGS([-fstack-protector-strong -fstack-clash-protection -fPIE])
	HYTHE_LINK_FLAGS([-pie -Wl,-z,relro -Wl,-z,now])
	AC_MSG_CHECKING([whether to set _FORTIFY_SOURCE])
	AC_COMPILE_IFELSE([AC_LANG_SOURCE([[
		#if !defined __OPTIMIZE__ || defined _FORTIFY_SOURCE
		#error leave it
		#endif
		]])],
		[AS_VAR_APPEND([HYTHE_CPPFLAGS], [" -D_FORTIFY_SOURCE=2"])
		AC_MSG_RESULT([yes])],
		[AC_MSG_RESULT([no])])
])

dnl Static, and at a random address all the same where the rest is hardened.  The
dnl C library wants its own shared objects for names of hosts and users, and says
dnl so; the programs never ask for any.
AC_DEFUN([HYTHE_STATIC], [
	AS_IF([test "$enable_sanitizers" = yes],
		[AC_MSG_ERROR([sanitizers do not work in static programs])])
	AS_IF([test "$enable_hardening" = yes], [hythe_static=-static-pie], [hythe_static=-static])
	hythe_saved=$LDFLAGS
	LDFLAGS="$LDFLAGS $hythe_static"
	AC_LINK_IFELSE([AC_LANG_PROGRAM], [], [AC_MSG_ERROR([$CC cannot link with $hythe_static])])
	LDFLAGS=$hythe_saved
	AS_VAR_APPEND([HYTHE_LDFLAGS], [" $hythe_static"])
])
