using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;
using Bouncer.Firewall.Windows;
using Bouncer.Firewall.Windows.Com;

namespace Bouncer.Firewall.Tests.Windows;

/// <summary>Windows' objects are called by a method's place alone: one place too early or too late calls another method. The
/// places are those of netfw.h, with three of IUnknown and four of IDispatch first.</summary>
public sealed unsafe class VtableTests
{
    private static readonly FakeRuleState Rule = new()
    {
        Name = "Name",
        ApplicationName = "ApplicationName",
        ServiceName = "ServiceName",
        LocalAddresses = "LocalAddresses",
        InterfaceTypes = "InterfaceTypes",
        Interface = "Interface",
        Grouping = "Grouping",
        LocalAppPackageId = "LocalAppPackageId",
        LocalUserOwner = "LocalUserOwner",
        LocalUserAuthorizedList = "LocalUserAuthorizedList",
        RemoteUserAuthorizedList = "RemoteUserAuthorizedList",
        RemoteMachineAuthorizedList = "RemoteMachineAuthorizedList",
        Protocol = 15,
        Direction = RuleDirection.Out,
        Profiles = 37,
        Action = 41,
        SecureFlags = 55,
        IsEnabled = true,
        EdgeTraversal = true,
    };

    private readonly FakeWindowsFirewall _firewall = new() { ActiveProfiles = 6, LocalPolicy = LocalPolicyState.InboundBlocked, IsLocalPolicyMixed = true };

    [Theory]
    [InlineData(7, 6, 0)]
    [InlineData(28, 2, 1)]
    public void Policy_ANumber_HasItsPlace(int place, int expected, int expectedAnswer)
    {
        var policy = ComInterfaceMarshaller<INetFwPolicy2>.ConvertToUnmanaged(_firewall);
        Assert.Equal(expectedAnswer, Get<int>(policy, place, out var value));
        Assert.Equal(expected, value);
        Marshal.Release((nint)policy);
    }

    [Theory]
    [InlineData(7, "Name")]
    [InlineData(11, "ApplicationName")]
    [InlineData(13, "ServiceName")]
    [InlineData(21, "LocalAddresses")]
    [InlineData(31, "InterfaceTypes")]
    [InlineData(35, "Grouping")]
    [InlineData(45, "LocalAppPackageId")]
    [InlineData(47, "LocalUserOwner")]
    [InlineData(49, "LocalUserAuthorizedList")]
    [InlineData(51, "RemoteUserAuthorizedList")]
    [InlineData(53, "RemoteMachineAuthorizedList")]
    public void Rule_AText_HasItsPlace(int place, string expected)
    {
        var text = OfRule<nint>(place);
        Assert.Equal(expected, Marshal.PtrToStringBSTR(text));
        Marshal.FreeBSTR(text);
    }

    [Theory]
    [InlineData(15, 15)]
    [InlineData(27, 2)]
    [InlineData(37, 37)]
    [InlineData(41, 41)]
    [InlineData(55, 55)]
    public void Rule_ANumber_HasItsPlace(int place, int expected) => Assert.Equal(expected, OfRule<int>(place));

    [Theory]
    [InlineData(33)]
    [InlineData(39)]
    public void Rule_AYes_HasItsPlace(int place) => Assert.Equal(-1, OfRule<short>(place));

    [Fact]
    public void Rule_ItsInterfaces_HaveTheirPlace()
    {
        using var interfaces = OfRule<ComVariant>(29);
        Assert.Equal("Interface", interfaces.As<string>());
    }

    private T OfRule<T>(int place)
        where T : unmanaged
    {
        var rule = ComInterfaceMarshaller<INetFwRule3>.ConvertToUnmanaged(new FakeRule(_firewall, Rule, isInFirewall: true));
        Assert.Equal(0, Get<T>(rule, place, out var value));
        Marshal.Release((nint)rule);
        return value;
    }

    private static int Get<T>(void* instance, int place, out T value)
        where T : unmanaged
    {
        fixed (T* result = &value)
        {
            return ((delegate* unmanaged<void*, T*, int>)(*(void***)instance)[place])(instance, result);
        }
    }
}
