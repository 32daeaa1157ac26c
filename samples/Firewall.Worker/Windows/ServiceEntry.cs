using System.Runtime.InteropServices;

namespace Worker.Windows;

// SERVICE_TABLE_ENTRYW; the last of a table is all zero.
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ServiceEntry
{
    public char* Name;
    public delegate* unmanaged[Stdcall]<uint, char**, void> Main;
}
